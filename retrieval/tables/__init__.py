"""What is stored, and its newest state as columns. No question is asked here, and no row changed."""
