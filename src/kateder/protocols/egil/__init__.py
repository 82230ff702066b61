"""EGIL: the SS 12000:2018 profile of SCIM that Swedish providers accept today.

`resources` builds the bodies as plain dicts, `encoding` turns them into the one byte form that is both
sent and hashed. No Django, no network: how to send them is `provisioning`'s business.
"""
