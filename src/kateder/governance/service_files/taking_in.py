"""Carry out a service file: add what is missing, change what differs, leave the rest alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kateder.catalogue import api as catalogue
from kateder.catalogue.models import Provider, Resource, ResourceKind, Service
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.governance import changes
from kateder.governance.models import Agreement, Decision, ReleaseField, ReleasePolicy
from kateder.governance.service_files.form import ReleasePart, ServiceFile
from kateder.register.api import set_controller
from kateder.register.models import Controller
from kateder.sources.models import Source


class NoSuchSource(DomainError):
    """There is no source called {name} whose ids could be given."""


@dataclass(slots=True)
class TakenIn:
    """What came of a file; `done` names what was added or changed, in order."""

    service_id: UUID
    done: list[str] = field(default_factory=list)


def take_in(file: ServiceFile, *, by: Actor) -> TakenIn:
    """Bring catalogue, agreements, decisions and release policy to what the file says.

    Recognises a provider by its name, a service by its slug, a resource by its title, agreements and decisions by
    their registration numbers; those are never changed, a new matter has a new number.
    """
    provider = Provider.objects.filter(name=file.provider.name).first() or catalogue.add_provider(
        **file.provider.model_dump(), by=by
    )
    taken = _service(file, provider=provider, by=by)
    _resources(file, provider=provider, taken=taken, by=by)
    _agreements(file, taken=taken, by=by)
    _decisions(file, taken=taken, by=by)
    _policy(file.release, taken=taken, by=by)
    return taken


def _service(file: ServiceFile, *, provider: Provider, by: Actor) -> TakenIn:
    known = Service.objects.filter(slug=file.service.slug).first()
    if known is None:
        added = catalogue.add_service(**file.service.model_dump(), provider_id=provider.id, by=by)
        return TakenIn(added.id, ["service"])
    wanted = file.service.model_dump(include={"launch_uri", "supports_delivery"})
    if all(getattr(known, name) == value for name, value in wanted.items()):
        return TakenIn(known.id)
    catalogue.change_service(known.id, **wanted, by=by)
    return TakenIn(known.id, ["service launch"])


def _resources(file: ServiceFile, *, provider: Provider, taken: TakenIn, by: Actor) -> None:
    known = set(Resource.objects.filter(provider=provider).values_list("title", flat=True))
    for part in file.resource:
        if part.title not in known:
            service_id = None if part.kind is ResourceKind.PRINTED else taken.service_id
            catalogue.add_resource(**part.model_dump(), provider_id=provider.id, service_id=service_id, by=by)
            taken.done.append(f"resource {part.title}")


def _agreements(file: ServiceFile, *, taken: TakenIn, by: Actor) -> None:
    known = set(Agreement.objects.filter(service_id=taken.service_id).values_list("registration_number", flat=True))
    for part in file.agreement:
        if part.registration_number not in known:
            controller = Controller.objects.filter(name=part.controller).first() or set_controller(
                part.controller, actor=by
            )
            terms = part.model_dump(exclude={"controller"})
            changes.register_agreement(taken.service_id, **terms, controller_id=controller.pk, by=by)
            taken.done.append(f"agreement {part.registration_number}")


def _decisions(file: ServiceFile, *, taken: TakenIn, by: Actor) -> None:
    known = set(Decision.objects.filter(service_id=taken.service_id).values_list("registration_number", flat=True))
    for part in file.decision:
        if part.registration_number not in known:
            changes.decide(taken.service_id, **part.model_dump(), by=by)
            taken.done.append(f"decision {part.registration_number}")


def _policy(part: ReleasePart, *, taken: TakenIn, by: Actor) -> None:
    source = _source(part.ids_from)
    if _held(taken.service_id) == _wanted(part, source):
        return
    changes.set_policy(
        taken.service_id,
        **part.model_dump(exclude={"field", "ids_from"}),
        ids_from=source,
        fields=[changes.FieldChoice(**choice.model_dump()) for choice in part.field],
        by=by,
    )
    taken.done.append("release policy")


def _source(name: str) -> UUID | None:
    if not name:
        return None
    found = Source.objects.filter(name=name).first()
    if found is None:
        raise NoSuchSource(name=name)
    return found.pk


def _wanted(part: ReleasePart, source: UUID | None) -> tuple[object, ...]:
    choices = {(one.field.value, one.purpose, one.clause, one.end_date) for one in part.field}
    return (part.level.value, part.display.value, part.group_names.value, part.protected_rule.value, source, choices)


def _held(service_id: UUID) -> tuple[object, ...] | None:
    policy = ReleasePolicy.objects.filter(service_id=service_id).first()
    if policy is None:
        return None
    choices = set(ReleaseField.objects.filter(policy=policy).values_list("field", "purpose", "clause", "end_date"))
    return (policy.level, policy.display, policy.group_names, policy.protected_rule, policy.ids_from_id, choices)
