"""Federations: their metadata fetched, kept and looked up, and ourselves as a member (RFC 9932, `protocols.matf`)."""
