"""Exact connectivity over many states at once; knows arrays only, no dates, names or files."""
