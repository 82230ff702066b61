"""Tables of sign-in, by what they are about."""

from kateder.signin.models.accounts import Attempt, OneTimeSecret, Passkey, Session, SetupLink

__all__ = ["Attempt", "OneTimeSecret", "Passkey", "Session", "SetupLink"]
