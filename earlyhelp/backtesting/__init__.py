"""What the checks would have done over past weeks, and whether that was right: pure arithmetic."""
