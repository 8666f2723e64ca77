"""Siege measures: how close to the edge, through where, how many people, and why."""
