"""The inside of the house: what connectors, checks and flows rely on."""
