"""OSM data in PBF: blocks read as arrays, checked against a plain reader."""
