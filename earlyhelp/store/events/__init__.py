"""Events packed as numbers, and read back as columns, as one chronology, or as evidence."""
