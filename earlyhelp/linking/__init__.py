"""Which records are of one person: identifiers first, then likeness, learnt from the records themselves."""
