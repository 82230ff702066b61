"""What services have been given, and how each stands, for those who answer for it."""
