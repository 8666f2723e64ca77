"""Reports in other people's formats: read row by row, each row taken or refused with its reason."""
