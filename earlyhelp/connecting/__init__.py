"""The kit of connectors: what an agency is, and the polite caller that asks it."""
