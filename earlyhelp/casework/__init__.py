"""From signals to a decision: weighed, ranked, and done where somebody has room. Pure."""
