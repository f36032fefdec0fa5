"""Trying an agency out before it is fetched: one page, told in names, kinds and counts."""
