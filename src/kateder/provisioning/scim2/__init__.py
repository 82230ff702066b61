"""SCIM 2.0 Users and Groups (RFC 7643, RFC 7644), for services that are not EGIL's.

    project → (the one exit) → exchange: find, create, change or remove one object at a server that names it itself

`wire` speaks HTTP with `authorising`, `habits` says what the server can, `listing` reads what it has.
"""
