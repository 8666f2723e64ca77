"""Probabilities: what is uncertain about reports, and the probability of each answer."""
