"""The page: one file that opens anywhere, without a connection."""
