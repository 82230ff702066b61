"""Pseudonyms and aliases are stored once, whoever comes first."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

from django.db import connections
from tests.cast import Cast
from tests.offer import make_offer

from kateder.core.tenancy import within
from kateder.governance import store
from kateder.governance.models import Alias, Pseudonym
from kateder.governance.pseudonyms import Kind


def test_two_processes_that_name_the_same_people_at_once_agree(cast: Cast) -> None:
    with within(cast.authority.id):
        service = make_offer(cast).service.id
    people = [uuid4() for _ in range(50)]
    told: list[tuple[dict[UUID, UUID], dict[UUID, str]]] = []

    def name(some: list[UUID]) -> None:
        ids = store.pseudonyms(service, epoch=1, kind=Kind.PERSON, root_ids=some)
        told.append((ids, store.aliases(service, kind=Kind.PERSON, root_ids=some)))

    def meanwhile() -> None:
        try:
            with within(cast.authority.id):
                name(people[10:])
        finally:
            connections.close_all()

    other = threading.Thread(target=meanwhile)
    with within(cast.authority.id):
        name(people[:40])
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive(), "it waits for what the first one is about to store"
    other.join()
    for mine, theirs in zip(*told, strict=True):
        assert [mine[person] for person in people[10:40]] == [theirs[person] for person in people[10:40]]
    with within(cast.authority.id):
        assert Pseudonym.objects.filter(service_id=service).count() == 50
        assert len(set(Alias.objects.filter(service_id=service).values_list("alias", flat=True))) == 50


def test_what_is_stored_wins_over_what_would_be_computed(cast: Cast) -> None:
    with within(cast.authority.id):
        service = make_offer(cast).service.id
        person, known = uuid4(), uuid4()
        Pseudonym.objects.create(service_id=service, epoch=1, kind=Kind.PERSON, root_id=person, released_id=known)
        assert store.pseudonyms(service, epoch=1, kind=Kind.PERSON, root_ids=[person]) == {person: known}
        again = store.pseudonyms(service, epoch=2, kind=Kind.PERSON, root_ids=[person])
        assert again[person] != known
