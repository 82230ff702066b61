"""Measures one first delivery: `python -m kateder.bench.deliver_once FOLDER PROVIDER_STATE` prints figures as JSON."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django

if TYPE_CHECKING:
    from kateder.core.actors import Actor

PATIENCE = 60.0  # seconds the provider may take over one request


def main(folder: Path, provider: Path) -> dict[str, Any]:
    """Import a folder, give everybody a licence, and deliver to the provider whose state folder is given."""
    from kateder.bench.place import AUTHORITY, Stopwatch
    from kateder.core import authorities, clock, plans
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.provisioning import api as provisioning
    from kateder.provisioning.models import TargetObject

    today = clock.today()
    authority_id = authorities.pick(AUTHORITY).id
    with within(authority_id):
        by = Actor.system("bench")
    import_folder(folder, by=by)
    with within(authority_id):
        service_id = open_service(today=today, by=by)
        _give_everybody(service_id, today=today, by=by)
        target = connect(service_id, provider=provider, by=by)
    planning = Stopwatch()
    first = provisioning.run(target.id, actor=by)
    planned_seconds = planning.seconds
    assert first.plan_id is not None, first.state  # noqa: S101  a first delivery waits for a person
    with within(authority_id):
        plans.approve(first.plan_id, by=by)
    delivering = Stopwatch()
    done = provisioning.run(target.id, actor=by)
    delivered_seconds = delivering.seconds
    again = Stopwatch()
    provisioning.run(target.id, actor=by)
    with within(authority_id):
        objects = TargetObject.objects.filter(target=target, content_hash__isnull=False).count()
    return {
        "objects": objects,
        "connections": target.max_connections,
        "delivered_seconds": delivered_seconds,
        "planned_seconds": planned_seconds,
        "unchanged_seconds": again.seconds,
        "state": str(done.state),
    }


def import_folder(folder: Path, *, by: Actor) -> None:
    """Take a folder into the register."""
    from kateder.core.tenancy import within
    from kateder.sources import api as sources

    with within(by.authority_id):
        source = sources.add_csv_source(name="bench", folder=folder, actor=by)
    run = sources.run(source.pk, actor=by)
    assert run.plan_id is not None, run.state  # noqa: S101
    with within(by.authority_id):
        sources.approve_plan(run.plan_id, actor=by)
    sources.apply_plan(run.plan_id, actor=by)


def open_service(*, today: date, by: Actor, slug: str = "bench") -> UUID:
    """Have a service with agreement, decision and pseudonyms."""
    from kateder.governance.service_files import read_service_file, take_in

    day = today.isoformat()
    described = read_service_file(
        f"""
        provider = {{name = "Bench"}}
        service = {{name = "{slug}", slug = "{slug}"}}
        agreement = [{{controller = "Bench", registration_number = "1", valid_from_date = {day}}}]
        release = {{level = "pairwise", protected_rule = "alias"}}
        [[decision]]
        outcome = "approved"
        decided_by = "Bench"
        registration_number = "2"
        valid_from_date = {day}
        """
    )
    return take_in(described, by=by).service_id


def _give_everybody(service_id: UUID, *, today: date, by: Actor) -> None:
    from kateder.licences import api as licences
    from kateder.register.models import Organisation

    lot = licences.create_lot("bench", service_id=service_id, quantity=None, start_date=today, end_date=None, by=by)
    for unit_id in Organisation.objects.filter(organisation_type="Skolenhet").values_list("pk", flat=True):
        licences.assign(to=licences.AssignedKind.UNIT, subject_id=unit_id, lot_id=lot.id, start_date=today, by=by)
    licences.settle(today=today, cause="bench")


def connect(service_id: UUID, *, provider: Path, by: Actor, name: str = "kateder") -> Any:
    """Connect a service to the provider with this state folder; gives the target."""
    from kateder.provisioning import api as provisioning

    address = json.loads((provider / "provider.json").read_text(encoding="utf-8"))
    target = provisioning.add_target(
        service_id, base_uri=address["scim"], pins=[address["pin"]], request_seconds=PATIENCE, by=by
    )
    clients = provider / "clients"
    clients.mkdir(exist_ok=True)
    (clients / f"{name}.pem").write_text(target.certificate, encoding="ascii")
    return target


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    import orjson

    sys.stdout.buffer.write(orjson.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
