"""A list that is read page by page while everything changes loses nothing and repeats nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.api import Action, Entity, add, apply, open_changes
from tests.cast import person_values
from tests.provisioning.ss12000.calling import WHOLE, NewApi

# What is done, to which of those who are there by then (the register goes on from example to example), and a name.
STEP = st.tuples(
    st.sampled_from(["create", "update", "remove", "read"]), st.integers(0, 9999), st.sampled_from(["Ak", "Öst"])
)
STEPS = st.lists(STEP, min_size=3, max_size=10)


def change(authority: Authority, action: Action, root: UUID, name: str) -> None:
    values = None if action is Action.REMOVE else person_values("elsa") | {"family_name": name}
    with within(authority.id), db.cursor() as cursor:
        open_changes(cursor)
        add(cursor, Entity.PERSON, action=action, root_id=root, values=values)
        apply(cause="test", actor=Actor.system("test"))


@given(steps=STEPS, limit=st.integers(1, 4), sort=st.sampled_from(["", "ModifiedDesc", "FamilyNameAsc"]))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_there_all_the_time_comes_once(
    authority: Authority, new_api: NewApi, steps: list[tuple[str, int, str]], limit: int, sort: str
) -> None:
    api = new_api(authority, WHOLE)
    for number in range(3):
        change(authority, Action.CREATE, uuid4(), f"Åberg {number}")
    there = set(api.ids("persons"))
    always = set(there)
    query: dict[str, object] = {"limit": limit} | ({"sortkey": sort} if sort else {})
    page = api.get("persons", **query)
    seen = [person["id"] for person in page["data"]]
    for step, number, name in steps:
        if step == "read" and page.get("pageToken"):
            page = api.get("persons", pageToken=page["pageToken"], **query)
            seen += [person["id"] for person in page["data"]]
        elif step == "create":
            root = uuid4()
            change(authority, Action.CREATE, root, "Öberg")
            there.add(str(root))
        elif step in {"update", "remove"} and there:
            whom = sorted(there)[number % len(there)]
            if step == "update":
                change(authority, Action.UPDATE, UUID(whom), name)
            else:
                change(authority, Action.REMOVE, UUID(whom), "")
                there.discard(whom)
                always.discard(whom)
    while page.get("pageToken"):
        page = api.get("persons", pageToken=page["pageToken"], **query)
        seen += [person["id"] for person in page["data"]]

    assert len(seen) == len(set(seen))
    assert always <= set(seen)
    since = {"meta.modified.after": api.get(f"persons/{seen[0]}")["meta"]["created"]} if seen[0] in there else {}
    assert set(api.ids("persons", **since)) <= there
