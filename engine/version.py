"""The version of the engine: what is read from a cache, kept or shown says which one made it."""

__version__ = "0.2.0"
RELEASED = "2026-11-28"
"""The day on which it was released."""
