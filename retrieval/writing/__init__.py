"""Whatever changes a library, under one lock, and what copies or checks it whole. Nothing that is there to be shown."""
