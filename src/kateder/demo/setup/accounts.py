"""Accounts for the cast, to choose among in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from kateder.core import users
from kateder.core.actors import Actor, Role
from kateder.core.models import User
from kateder.demo.synthetic import CAST

_PEOPLE = (
    ("alva", "alva", "Alva Lindgren, 5B"),
    ("amir", "amir", "Amir Hosseini, 5B"),
    ("elsa", "elsa", "Elsa Nyström, 5B (ny i klassen)"),
    ("protected", "tilda", "Tilda Wester, 5B (skyddad identitet)"),
    ("teacher", "maria", "Maria Bergström, lärare i 5B"),
    ("teacher_elsewhere", "leila", "Leila Haddad, lärare på en annan skola"),
    ("substitute", "oskar", "Oskar Vikström, vikarie i 5B"),
    ("principal", "karin", "Karin Åkesson, rektor på Norrskolan"),
    ("guardian", "sara", "Sara Lindgren, vårdnadshavare"),
    ("guardian_who_teaches", "anna", "Anna Nyström, lärare och vårdnadshavare"),
    ("administrator", "ingrid", "Ingrid Sandberg, administratör"),
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
