"""Accounts at services: who has one, what was removed and is it proved, what was ever sent, and keeping it right."""
