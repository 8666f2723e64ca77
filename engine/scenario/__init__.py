"""The scenario file: its shape, its reading and its checking."""
