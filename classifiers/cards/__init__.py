"""What a model is beside its weights, and what its card says to people. No network, no data set, no torch."""
