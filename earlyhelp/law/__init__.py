"""What law or the council sets, dated, each with its source."""
