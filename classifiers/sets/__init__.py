"""What there is to learn from and to measure by: images, labels, people, as they lie on disk. It knows no network."""
