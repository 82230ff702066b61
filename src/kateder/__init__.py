"""Kateder: an open hub for school authorities, from the register in to learning resources out."""
