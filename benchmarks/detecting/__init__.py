"""Backtests of the early warning on several invented worlds, beside naive rules and an upper bound."""
