"""Numbers in memory: what is known of all faces as arrays, and how they lie on disk. No SQL, no words of a query."""
