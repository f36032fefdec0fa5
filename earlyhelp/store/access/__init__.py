"""Who works here, who looked at what, and what was done by hand."""
