"""A service of the cast that takes files in a folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kateder.core import plans
from kateder.core.actors import Actor
from kateder.core.models import Plan, PlanState
from kateder.core.tenancy import within
from kateder.governance.api import Display, Field, FieldChoice, GroupNames, Level, ProtectedRule
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import DeliveryRun, RunState, Target
from tests.cast import TODAY, Cast
from tests.deliveries import Delivery
from tests.offer import make_offer

OPEN: dict[str, Any] = {
    "level": Level.FIELDS,
    "display": Display.FULL_NAME,
    "group_names": GroupNames.REAL,
    "protected_rule": ProtectedRule.ALIAS,
    "fields": [FieldChoice(field, "Konton", "1") for field in Field],
}
"""A policy that lets everything out."""


@dataclass
class Filing(Delivery):
    """A delivery of files; `folder` is where they end up."""

    folder: Path = Path()

    def run(self, *, today: date = TODAY, **options: Any) -> DeliveryRun:
        return provisioning.run(self.target.id, actor=self.actor, today=today, **options)

    def set(self, **settings: object) -> None:
        """Change settings of the target."""
        with self.inside():
            self.target = provisioning.change_target(self.target.id, settings=settings, by=self.offer.by)

    def names(self) -> set[str]:
        """The files there are, also those that are not finished."""
        return {path.name for path in self.folder.iterdir()}

    def table(self, name: str = "users.csv", **form: Any) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        form = {"delimiter": ","} | form
        text = (self.folder / name).read_bytes().decode(form.pop("encoding", "utf-8"))
        return list(csv.DictReader(io.StringIO(text, newline=""), **form))


File = Callable[..., Filing]


@pytest.fixture
def filing(cast: Cast, tmp_path: Path) -> File:
    """Connect a service that takes files; class 5B has its resource."""

    def connect(*, policy: dict[str, Any] | None = None, **settings: object) -> Filing:
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        with within(cast.authority.id):
            offer = make_offer(cast)
            offer.allow(**(policy or {}))
            offer.assign(offer.lot(), "class_5b")
            values = {"template": "users", "folder": str(folder)} | settings
            target: Target = provisioning.add_target(offer.service.id, kind="files", settings=values, by=offer.by)
            actor = Actor.system("test")
        return Filing(offer, target, None, actor, folder)  # type: ignore[arg-type]

    return connect


def approve(filing: Filing) -> DeliveryRun:
    """Approve what waits, and run."""
    with filing.inside():
        plan = Plan.objects.get(subject_id=filing.target.id, state=PlanState.WAITING)
        plans.approve(plan.id, by=filing.offer.by)
    return filing.run()


def first(filing: Filing) -> DeliveryRun:
    """The first delivery, approved."""
    assert filing.run().state == RunState.WAITING
    return approve(filing)
