"""Accounts of people who sign in. How they prove who they are is signin's matter."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kateder.core import audit
from kateder.core.actors import Actor, Role
from kateder.core.errors import DomainError
from kateder.core.models import User


class UserNameTaken(DomainError):
    """There is already an account with that user name."""


def add(
    username: str,
    *,
    display_name: str,
    by: Actor,
    person_id: UUID | None = None,
    staff_roles: Collection[Role] = (),
) -> User:
    """Add an account without a way to sign in yet; `person_id` is the root id in the register.

    Raises UserNameTaken.
    """
    if User.objects.filter(username=username).exists():
        raise UserNameTaken
    user = User(
        username=username,
        display_name=display_name,
        person_id=person_id,
        staff_roles=[role.value for role in staff_roles],
    )
    user.set_unusable_password()
    user.save()
    audit.record("user_added", actor=by, subject_type="user", subject_id=user.id)
    return user
