"""The command's groups, one file each: what data engineers and whoever runs the house type."""
