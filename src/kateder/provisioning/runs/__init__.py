"""A delivery from its beginning to its end, when one is due, and what it leaves behind."""
