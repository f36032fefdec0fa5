"""The same three questions asked in pandas and in SQL, each in an environment of its own."""
