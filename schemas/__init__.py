"""The rows we accept, one file for each kind of feed: the shared vocabulary of all agencies."""
