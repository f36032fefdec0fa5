"""Sharing agreements, one readable file each: without one in force nothing is fetched, and nothing counts."""
