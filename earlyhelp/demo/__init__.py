"""An invented city with its partner agencies, so that anyone can see a night without anyone's data."""
