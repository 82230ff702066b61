"""Accounts of people who sign in. How they prove who they are is signin's matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


def hand_over(person_id: UUID, *, to: UUID, by: Actor) -> dict[str, str]:
    """Let a person's account be another root id's; gives what was done, for `hand_back`.

    Where that one has an account already, this one is closed: nobody signs in as one of two.
    """
    account = User.objects.filter(person_id=person_id).first()
    if account is None:
        return {}
    if User.objects.filter(person_id=to).exists():
        if not account.is_active:
            return {}
        account.is_active = False
        account.save(update_fields=["is_active"])
        done = {"closed": str(account.pk)}
    else:
        account.person_id = to
        account.save(update_fields=["person_id"])
        done = {"moved": str(account.pk)}
    audit.record("user_handed_over", actor=by, subject_type="user", subject_id=account.pk)
    return done


def hand_back(done: Mapping[str, str], *, person_id: UUID, by: Actor) -> None:
    """Undo what `hand_over` has done: the account is the person's again."""
    for account in User.objects.filter(pk__in=done.values()):
        account.person_id = person_id
        account.is_active = account.is_active or "closed" in done
        account.save(update_fields=["person_id", "is_active"])
        audit.record("user_handed_back", actor=by, subject_type="user", subject_id=account.pk)
