"""A page on its way in: the door, landing, what was refused, drift, and how each feed is."""
