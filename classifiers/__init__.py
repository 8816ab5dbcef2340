"""A face -> 40 probabilities and an embedding: the networks, their data, training and evaluation. Importing it loads
nothing.
"""

DEFAULT_MODEL = "densenet121-112"  # which of the shipped ones is taken where none is named
