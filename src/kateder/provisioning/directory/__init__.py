"""Accounts and groups in LDAP or Active Directory (docs/handbok/leverans-katalog.md).

`rules` reads the settings, `entries` finds what is ours, `accounts` and `groups` carry out one operation each,
`exchange` spreads operations over a few connections, `listing` says what is there. Nothing is ever deleted, no
password is set, and nothing outside the base is touched.
"""
