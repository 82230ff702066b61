"""Whom machines trust: our own keys, the keys of those we call, the clients that call us, and who vouches for them."""
