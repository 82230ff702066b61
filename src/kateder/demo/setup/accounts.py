"""Accounts for the cast, to choose among in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from kateder.core import users
from kateder.core.actors import Actor, Role
from kateder.core.models import User
from kateder.demo.synthetic import CAST

_PEOPLE = (
    ("alva", "alva", "Alva Lindgren"),
    ("amir", "amir", "Amir Hosseini"),
    ("elsa", "elsa", "Elsa Nyström (ny i 5B)"),
    ("protected", "tilda", "Tilda Wester (skyddad)"),
    ("teacher", "maria", "Maria Bergström"),
    ("teacher_elsewhere", "leila", "Leila Haddad (annan skola)"),
    ("substitute", "oskar", "Oskar Vikström (vikarie)"),
    ("principal", "karin", "Karin Åkesson"),
    ("guardian", "sara", "Sara Lindgren"),
    ("guardian_who_teaches", "anna", "Anna Nyström"),
    ("administrator", "ingrid", "Ingrid Sandberg"),
)
"""Member of the cast, user name, what the demo calls them."""


def add_accounts(*, roots: Mapping[str, UUID], by: Actor) -> None:
    """Add an account for each of the cast, an administrator and a data protection officer.

    `roots` gives the register's id for each id of the source.
    """
    known = set(User.objects.values_list("username", flat=True))
    for member, username, title in _PEOPLE:
        if username not in known:
            roles = [Role.ADMINISTRATOR] if member == "administrator" else []
            users.add(username, display_name=title, person_id=roots[CAST[member]], staff_roles=roles, by=by)
    if "dataskydd" not in known:
        users.add("dataskydd", display_name="Dataskyddsombudet", staff_roles=[Role.OFFICER], by=by)
