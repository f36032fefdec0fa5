"""What checks heard and what was made of it: readings, weights, places, and where checks stand."""
