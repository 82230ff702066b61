"""Today's people: a school lets in a substitute at once, without a record in the HR system, for at most 30 days (N35).

A source of its own beside the connectors: what it put into the register it alone takes away, and no import touches
its ties. Who has a personal number is the same person when the HR system delivers them later.
"""
