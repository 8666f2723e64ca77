"""The page served from the engine on this machine."""
