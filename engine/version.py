"""The version of the engine: what is read from a cache, kept or shown says which one made it."""

__version__ = "0.2.0"
