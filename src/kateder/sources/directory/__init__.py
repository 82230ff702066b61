"""LDAP and Active Directory (docs/handbok/ldap.md).

`layout` says which attribute is which, `tree` reads each kind of thing with one search (`core.ldap`), `sheets` joins
them in memory into what all sources end in.
"""

from kateder.sources.directory.connector import CONNECTOR

__all__ = ["CONNECTOR"]
