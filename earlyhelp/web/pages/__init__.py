"""The pages, one file for each; every one is handed a visit that was already let in."""
