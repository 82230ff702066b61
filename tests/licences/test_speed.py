"""Ten thousand pupils of one service: seated, settled and released set by set, well under what a page may take.

The limit is many times what each takes on two idle cores (0.1 to 0.9 s): it is there for a plan that compares
everybody with everybody, and for a loop that asks once per person, which took minutes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from tests.cast import TODAY
from tests.offer import Offer

from kateder.core import db
from kateder.governance import api as governance
from kateder.licences import api as licences
from kateder.licences.api import AssignedKind

T = TypeVar("T")
PUPILS = 10_000
LIMIT = 15.0
"""Seconds, on a machine that may be busy with other tests."""

_MANY = """
INSERT INTO register_{table}
SELECT (jsonb_populate_record(model, {changes})).* FROM register_{table} AS model, generate_series(1, %(n)s) AS n
 WHERE model.id = %(id)s
"""
_ID = "md5(%(seed)s || n)::uuid"


def many_pupils(offer: Offer) -> None:
    """Copy one pupil of the cast ten thousand times, class and all."""
    values = {"n": PUPILS, "seed": str(offer.cast.authority.id)}
    with db.cursor() as cursor:
        for table, name, changes in (
            ("person", "elsa", f"jsonb_build_object('id', {_ID})"),
            ("enrolment", "enrolment_elsa", f"jsonb_build_object('id', {_ID}, 'person_id', {_ID})"),
            ("groupmembership", "membership_elsa", f"jsonb_build_object('id', {_ID}, 'person_id', {_ID})"),
        ):
            statement = _MANY.format(table=table, changes=changes)
            cursor.execute(statement, values | {"id": offer.cast[name]})  # type: ignore[arg-type]


def timed(what: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    result = work()
    took = time.perf_counter() - start
    sys.stdout.write(f"{what}: {took:.2f} s\n")
    assert took < LIMIT, f"{what} took {took:.2f} s"
    return result


def test_ten_thousand_pupils_are_seated_and_released_set_by_set(offer: Offer) -> None:
    offer.allow()
    many_pupils(offer)
    lot = offer.lot(quantity=PUPILS)
    offer.assign(lot, "bjork", to=AssignedKind.UNIT)
    offer.assign(lot, "class_5b")
    service = offer.service.id
    first = timed("first settling", lambda: licences.settle(today=TODAY, cause="test"))
    assert first.taken == PUPILS + 3
    again = timed("settling again", lambda: licences.settle(today=TODAY, cause="test"))
    assert again.taken == 0
    entitled = timed("entitled", lambda: licences.entitled(service, today=TODAY))
    assert len(entitled) == PUPILS + 4
    out = timed("first release", lambda: list(governance.release_many(service, entitled, today=TODAY)))
    assert len(out) == PUPILS + 4
    timed("release again", lambda: list(governance.release_many(service, entitled, today=TODAY)))
    timed("allow-list", lambda: governance.allow_list(service, today=TODAY))
    timed("one shelf", lambda: licences.resources_for(offer.cast["elsa"], today=TODAY))
    timed("one person", lambda: licences.entitlement_of(offer.cast["elsa"], service_id=service, today=TODAY))
