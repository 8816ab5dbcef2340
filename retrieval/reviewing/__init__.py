"""A random sample of an answer judged by a person, and what that says of all of it: numbers only, no table."""
