"""A synthetic authority, and a small provider that runs as a process of its own."""
