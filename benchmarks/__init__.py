"""What is measured: detection against the naive rules, and speed as the city grows. Ratios of one run."""
