"""What every connector must keep, as tests to subclass: shipped, so that plug-in authors have them."""
