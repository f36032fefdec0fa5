"""The invented city's partner agencies, each a server of its own with its own words and keys."""
