"""Probabilities: what is uncertain about reports, and how likely each answer is."""
