"""Where a library is kept: a folder with SQLite's file, or a database of a PostgreSQL server."""
