"""Accounts that the tests of sign-in use."""

from __future__ import annotations

from kateder.core.models import User


def account(username: str = "karin", *, roles: tuple[str, ...] = ("administrator",)) -> User:
    """An account without any way to sign in yet. Needs an authority."""
    user = User(username=username, display_name="Karin Ek", staff_roles=list(roles))
    user.set_unusable_password()
    user.save()
    return user
