"""Cases and all that is done with them, and what workers are told of it."""
