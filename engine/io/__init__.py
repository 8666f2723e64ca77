"""Files as text, tables, sheets and layers, and writing them whole or not at all."""
