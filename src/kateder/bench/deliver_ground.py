"""What a delivery is measured on: a register, and services that everybody has.

`python -m kateder.bench.deliver_ground FOLDER` imports a folder of CSV files into the authority that is measured in.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import django

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.provisioning.models import Target

PATIENCE = 60.0  # seconds the provider may take over one request


def main(folder: Path) -> None:
    """Import a folder."""
    from kateder.bench.place import AUTHORITY
    from kateder.core import authorities
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within

    with within(authorities.pick(AUTHORITY).id):
        by = Actor.system("bench")
    import_folder(folder, by=by)


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


def open_service(slug: str, *, today: date, by: Actor) -> UUID:
    """Have a service with agreement, decision, pseudonyms and names; inside `within`."""
    from kateder.governance.service_files import read_service_file, take_in

    day = today.isoformat()
    described = read_service_file(
        f"""
        provider = {{name = "Bench {slug}"}}
        service = {{name = "Bench {slug}", slug = "{slug}"}}
        agreement = [{{controller = "Bench", registration_number = "1", valid_from_date = {day}}}]
        [release]
        level = "fields"
        protected_rule = "alias"
        display = "full_name"
        [[release.field]]
        field = "given_name"
        purpose = "Bench"
        clause = "1"
        [[release.field]]
        field = "family_name"
        purpose = "Bench"
        clause = "1"
        [[decision]]
        outcome = "approved"
        decided_by = "Bench"
        registration_number = "2"
        valid_from_date = {day}
        """
    )
    return take_in(described, by=by).service_id


def give_everybody(service_id: UUID, *, number: str, today: date, by: Actor) -> None:
    """Give a service to everybody at every school unit; inside `within`."""
    from kateder.licences import api as licences
    from kateder.register.models import Organisation

    lot = licences.create_lot(number, service_id=service_id, quantity=None, start_date=today, end_date=None, by=by)
    for unit_id in Organisation.objects.filter(organisation_type="Skolenhet").values_list("pk", flat=True):
        licences.assign(to=licences.AssignedKind.UNIT, subject_id=unit_id, lot_id=lot.id, start_date=today, by=by)
    licences.settle(today=today, cause="bench")


def connect(service_id: UUID, *, name: str, provider: Path, by: Actor) -> Target:
    """Let a service be delivered to a provider whose state folder is given; inside `within`."""
    from kateder.provisioning import api as provisioning

    address = json.loads((provider / "provider.json").read_text(encoding="utf-8"))
    target = provisioning.add_target(
        service_id, base_uri=address["scim"], pins=[address["pin"]], request_seconds=PATIENCE, by=by
    )
    clients = provider / "clients"
    clients.mkdir(exist_ok=True)
    (clients / f"{name}.pem").write_text(target.certificate, encoding="ascii")
    return target


def rename_some(count: int, *, by: Actor) -> None:
    """Give so many pupils another given name, as a source would; last in its transaction."""
    from kateder.core import db
    from kateder.register.api import Action, Entity, add, apply, open_changes, shapes
    from kateder.register.models import Enrolment, Person

    pupils = sorted(set(Enrolment.objects.filter(school_type="GR").values_list("person_id", flat=True)))
    chosen = pupils[:: max(1, len(pupils) // count)][:count]
    columns = list(shapes()[Entity.PERSON].columns)
    with db.cursor() as cursor:
        open_changes(cursor)
        for row in Person.objects.filter(pk__in=chosen).values("pk", *columns):
            # To and fro: a name that grew each time would be too long after some hundred.
            old = row["given_name"]
            values = {name: row[name] for name in columns} | {"given_name": old.removesuffix("ö") or old}
            if values["given_name"] == old:
                values["given_name"] = f"{old}ö"
            add(cursor, Entity.PERSON, action=Action.UPDATE, root_id=row["pk"], values=values)
    apply(cause="bench", actor=by)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    main(Path(sys.argv[1]))
    sys.stdout.write("{}")
