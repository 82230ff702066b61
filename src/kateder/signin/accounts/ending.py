"""Taking ways to sign in back: a lost device, a person who has left."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.models import User
from kateder.signin.models import AccessToken, Grant, OneTimeSecret, Passkey, Session, SetupLink


def forget_ways_in(user: User, *, by: Actor) -> None:
    """Take back every passkey, password, app and link of an account, and end what is open with them."""
    for model in (Passkey, OneTimeSecret, SetupLink, AccessToken, Grant):
        model.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Session.objects.filter(**{f"data__{SESSION_KEY}": str(user.id)}).delete()
    audit.record("ways_in_forgotten", actor=by, subject_type="user", subject_id=user.id)


def close(user: User, *, by: Actor) -> None:
    """Close an account: nobody signs in with it any more, and who is signed in is out."""
    forget_ways_in(user, by=by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("user_closed", actor=by, subject_type="user", subject_id=user.id)
