"""The use-cases: each opens its own transactions, may be killed and run again, and returns counts."""
