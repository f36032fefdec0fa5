"""Where everything is kept: tables, and one unit of work for each thing that happens at once."""
