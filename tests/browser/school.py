"""A substitute in the class, a teacher on leave, and what a reconciliation with the population register came to."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kateder.core import clock
from kateder.register.api import set_leave
from kateder.sources.population import api as population
from kateder.sources.population.models import PopulationOutcome, PopulationRun, PopulationState, PopulationTrial
from kateder.sources.todays.api import AdmissionKind, Guest, admit
from tests.cast import TODAY, Cast


def make_school(cast: Cast) -> UUID:
    """Fill the school's pages; gives the population register. Call within()."""
    petra = cast.actor("petra")
    for given, last in (("Vera", TODAY), ("Yrsa", TODAY + timedelta(days=20))):
        guest = Guest(given, "Vikarie", AdmissionKind.SUBSTITUTE, last, cast["petra"], [cast["class_5b"]])
        admit(cast["bjork"], guest, today=TODAY, actor=petra)
    later = TODAY + timedelta(days=40)
    set_leave(cast["duty_tove"], start_date=later, end_date=None, actor=petra)
    register = population.add(
        kind="navet_files", name="Navet", municipalities="1292", settings={"folder": "/srv/navet"},
        actor=cast.actor("alva"),
    )  # fmt: skip
    _outcomes(cast, register.pk)
    refused = {"name": "connection", "ok": False, "sentence": "Mappen /srv/navet finns inte."}
    PopulationTrial.objects.create(
        register=register, steps=[{"name": "settings", "ok": True, "sentence": ""}, refused],
        started_at=clock.now(), finished_at=clock.now(),
    )  # fmt: skip
    return register.pk


def _outcomes(cast: Cast, register_id: UUID) -> None:
    kinds = population.OutcomeKind
    said = {
        kinds.ELSEWHERE: {"municipality": "1283"},
        kinds.NUMBER: {"number": "201503092999"},
        kinds.DEPARTED: {"departure": "emigrated"},
        kinds.DIFFERS: {"family_name": ["Åberg", "Ek"]},
        kinds.UNMARKED: {},
        kinds.MARKED: {},
        kinds.NOT_FOUND: {},
    }
    for kind, details in said.items():
        PopulationOutcome.objects.create(
            register_id=register_id, kind=kind, civic_no=f"2015{kind.value[:8]}", person_id=cast["elsa"],
            unit_id=cast["bjork"], details=details, since_date=TODAY,
        )  # fmt: skip
    PopulationOutcome.objects.create(
        register_id=register_id, kind=kinds.NOT_ENROLLED, civic_no="201604052389", name="Nova Ny",
        address="Nygatan 2, 26232 ÄNGELHOLM", details={"born": 2016}, since_date=TODAY,
    )  # fmt: skip
    PopulationRun.objects.create(
        register_id=register_id, state=PopulationState.STOPPED, requested_by="test", started_at=clock.now(),
        error="ManyMarked", error_text="41 personer skulle bli skyddade.", counts={"protected_not_here": 2},
    )  # fmt: skip
