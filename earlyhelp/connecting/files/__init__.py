"""How dropped files are found, told apart and read, each once, with a receipt."""
