"""A way in for somebody whom a school has let in for a time: an account, a link, and an end to both."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from kateder.core import users
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.identifiers import search_key
from kateder.core.models import User
from kateder.register.models import Person
from kateder.signin.accounts import links
from kateder.signin.accounts.ending import close
from kateder.sources.todays import api as todays


class HasAnAccount(DomainError):
    """This person is known to the school authority and signs in as usual. Central IT helps if that does not work."""


def way_in(admission_id: UUID, *, today: date, now: datetime, by: Actor) -> str:
    """A set-up link's token for a guest, with an account if there is none; earlier links stop working.

    Raises HasAnAccount for anybody who is more than a guest: a link to their account would give away their rights.
    The caller has asked `todays.may_admit`.
    """
    admission = todays.lone_guest(admission_id, today=today)
    if admission is None:
        raise HasAnAccount
    person = Person.objects.get(pk=admission.person_id)
    user = User.objects.filter(person_id=person.pk).first()
    if user is None:
        user = users.add(_username(person), display_name=person.full_name, person_id=person.pk, by=by)
    elif not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
    todays.note_account(admission.pk, user.pk)
    return links.issue(user.pk, now=now)


def close_ended(*, today: date, by: Actor) -> int:
    """Close the accounts made for visits that are over; gives how many. Call within()."""
    ended = todays.closed_accounts(today=today)
    for user in User.objects.filter(pk__in=ended, is_active=True):
        close(user, by=by)
    todays.note_closed(ended)
    return len(ended)


def _username(person: Person) -> str:
    """Short enough to write, and nobody else's: "vera.vikarie.4821"."""
    names = ".".join(filter(None, (_plain(person.given_name), _plain(person.family_name)))) or "gast"
    return f"{names[:40]}.{secrets.randbelow(9000) + 1000}"


def _plain(name: str) -> str:
    return search_key(name).translate(str.maketrans("{|}", "aao"))[:18]
