"""What `earlyhelp connectors new` writes: a connector and its test, from plain templates."""
