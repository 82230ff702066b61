"""Kateder: the open hub that a Swedish school authority runs."""

__version__ = "0.1.0"
