"""A library that is a database of a PostgreSQL server, with pgvector."""
