"""Pure Python: no Django, no database. Each package could be published alone."""
