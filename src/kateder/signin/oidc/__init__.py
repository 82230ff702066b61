"""OpenID Connect provider: authorisation code with PKCE S256 and nothing else.

django-oauth-toolkit carries the protocol; this folder narrows it: `server` has one grant, `validator` one kind of
client, `claims` what `governance` released, `keys` one signing key per authority, `views` the five addresses.
"""
