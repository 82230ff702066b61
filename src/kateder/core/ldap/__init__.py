"""LDAP and Active Directory, for who reads a directory and who writes one.

`addresses` says where a directory is and how its certificate is judged, `session` converses, `names` knows DNs.
"""
