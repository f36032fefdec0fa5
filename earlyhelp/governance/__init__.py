"""Documents that write themselves: what is shared with whom, on what ground, how long, and what judges it."""
