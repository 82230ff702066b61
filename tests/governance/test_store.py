"""Pseudonyms and aliases are stored once, whoever comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import connections
from tests.cast import Cast
from tests.offer import make_offer

from kateder.core.tenancy import within
from kateder.governance import store
from kateder.governance.models import Alias, Pseudonym
from kateder.governance.pseudonyms import Kind

T = TypeVar("T")


def _service(cast: Cast) -> UUID:
    with within(cast.authority.id):
        return make_offer(cast).service.id


def _meanwhile(cast: Cast, first: Callable[[], None], second: Callable[[], T]) -> T:
    """Do `second` in another process's place, begun before `first` is committed."""
    done: list[T] = []

    def other() -> None:
        try:
            with within(cast.authority.id):
                done.append(second())
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with within(cast.authority.id):
        first()
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive(), "it waits for what is about to be stored"
    thread.join()
    return done[0]


def test_an_id_that_was_stored_meanwhile_wins_over_the_computed_one(cast: Cast) -> None:
    service, person, known = _service(cast), uuid4(), uuid4()
    values = {"service_id": service, "epoch": 1, "kind": Kind.PERSON, "root_id": person}
    told = _meanwhile(
        cast,
        lambda: Pseudonym(**values, released_id=known).save(force_insert=True),
        lambda: store.pseudonyms(service, epoch=1, kind=Kind.PERSON, root_ids=[person]),
    )
    assert told == {person: known}


def test_two_processes_that_give_the_same_people_aliases_at_once_agree(cast: Cast) -> None:
    service, people = _service(cast), [uuid4() for _ in range(50)]
    mine: dict[UUID, str] = {}
    theirs = _meanwhile(
        cast,
        lambda: mine.update(store.aliases(service, kind=Kind.PERSON, root_ids=people[:40])),
        lambda: store.aliases(service, kind=Kind.PERSON, root_ids=people[10:]),
    )
    assert [mine[person] for person in people[10:40]] == [theirs[person] for person in people[10:40]]
    with within(cast.authority.id):
        assert len(set(Alias.objects.filter(service_id=service).values_list("alias", flat=True))) == 50


def test_what_is_stored_holds_within_its_epoch(cast: Cast) -> None:
    service, person, known = _service(cast), uuid4(), uuid4()
    with within(cast.authority.id):
        Pseudonym.objects.create(service_id=service, epoch=1, kind=Kind.PERSON, root_id=person, released_id=known)
        assert store.pseudonyms(service, epoch=1, kind=Kind.PERSON, root_ids=[person]) == {person: known}
        assert store.pseudonyms(service, epoch=2, kind=Kind.PERSON, root_ids=[person])[person] != known
