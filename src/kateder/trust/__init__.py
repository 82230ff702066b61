"""Whom machines trust: our own keys and certificates, the keys of those we call."""
