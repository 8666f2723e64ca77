"""What people look at: tables, pictures, layers, sheets and a page, from an `Analysis`."""
