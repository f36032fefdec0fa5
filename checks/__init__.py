"""Early-warning checks: one pure file each, columns in and findings out."""
