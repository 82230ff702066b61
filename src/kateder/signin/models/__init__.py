"""Tables of sign-in, by what they are about."""

from kateder.signin.models.accounts import Attempt, OneTimeSecret, Passkey, Session, SetupLink
from kateder.signin.models.oidc import (
    AccessToken,
    Application,
    DeviceGrant,
    Grant,
    IDToken,
    RefreshToken,
    SigningKey,
)
from kateder.signin.models.traces import Arrival, Opening

__all__ = [
    "AccessToken",
    "Application",
    "Arrival",
    "Attempt",
    "DeviceGrant",
    "Grant",
    "IDToken",
    "OneTimeSecret",
    "Opening",
    "Passkey",
    "RefreshToken",
    "Session",
    "SetupLink",
    "SigningKey",
]
