"""Embeddings: which faces lie near a direction, and which lie together. It knows no query, and nobody's name."""
