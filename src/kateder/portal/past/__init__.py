"""As it was: a person or a class on a past day, and what has changed, when, from where."""
