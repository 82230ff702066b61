"""The door to sign-in for the apps above."""

from kateder.signin.accounts.links import issue as issue_setup_link
from kateder.signin.accounts.visits import HasAnAccount, way_in
from kateder.signin.oidc.clients import Credentials, new_secret, register_client
from kateder.signin.oidc.keys import rotate as rotate_signing_key
from kateder.signin.traces import last_opened, last_sign_in

__all__ = [
    "Credentials",
    "HasAnAccount",
    "issue_setup_link",
    "last_opened",
    "last_sign_in",
    "new_secret",
    "register_client",
    "rotate_signing_key",
    "way_in",
]
