"""What pages show, put in words: lines of lists, reasons, charts, chronologies, what is not known."""
