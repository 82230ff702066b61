"""Help, and the statement of accessibility: open to everybody."""
