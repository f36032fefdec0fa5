"""Channels by which a key worker is told that there is something to look at, one file each."""
