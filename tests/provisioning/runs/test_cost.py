"""What one change costs, counted in questions to the database and not in seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from kateder.provisioning.api import DeliveryRun
from tests.deliveries import Delivery

ENOUGH = 115
"""A run of one new pupil asks about 100: plan, intents, two requests, receipts."""


def _counted(monkeypatch: pytest.MonkeyPatch, work: Callable[[], DeliveryRun]) -> tuple[DeliveryRun, int]:
    execute, asked = psycopg.Cursor.execute, 0

    def counting(self: Any, query: str | bytes | sql.SQL | sql.Composed, *rest: Any, **options: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(self, query, *rest, **options)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", counting)
        return work(), asked


def test_one_change_asks_as_few_questions_however_many_are_held(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.first()
    delivery.join(1)
    few, asked = _counted(monkeypatch, delivery.run)
    assert few.planned == {"create User": 1, "update StudentGroup": 1}
    assert 20 < asked <= ENOUGH
    delivery.join(30)
    delivery.run()
    delivery.approve()
    delivery.run()
    delivery.join(1, group="class_5b")
    _many, asked_of_many = _counted(monkeypatch, delivery.run)
    assert asked_of_many <= asked + 5
