"""A library in a folder of its own, with SQLite."""
