"""The kit of checks: what a check declares, and the arithmetic and words that checks share. Pure."""
