"""The checks on plain CSV files: no server, no database."""
