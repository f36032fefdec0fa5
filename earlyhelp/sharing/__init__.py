"""What may be shared, seen and opened, and by which power. Pure, but for finding the agreements."""
