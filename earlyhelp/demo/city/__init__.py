"""The invented city: who lives there, what happens to them, and what is written down of it."""
