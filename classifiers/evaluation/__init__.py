"""How good predictions are, and what they are made to mean: from numbers alone. It knows no network and no picture."""
