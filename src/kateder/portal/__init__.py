"""The web, one folder per kind of person: shelf, classes, authority."""
