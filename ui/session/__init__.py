"""What the app keeps between two looks at a page: handles, models, a job, what was chosen. It lays nothing out."""
