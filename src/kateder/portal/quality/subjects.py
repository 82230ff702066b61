"""What findings are about, by name and address, as the one who asks may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from kateder.core import audit
from kateder.core.models import Finding
from kateder.portal.doors import Asked
from kateder.register import access
from kateder.register.models import Activity, Group, Organisation, Person


@dataclass(frozen=True, slots=True)
class Subject:
    """A name, and the page where one goes on; the address is empty where there is none."""

    name: str
    address: str = ""


def subjects(found: Iterable[Finding], request: Asked, *, in_clear: bool = True) -> Mapping[UUID, Subject]:
    """The people, groups, schools and activities of some findings, by root id; what may not be seen is left out.

    A protected name that is read here is a look like any other (domain rule 6); without `in_clear` none is shown.
    """
    ids: dict[str, set[UUID]] = {}
    for finding in found:
        for kind, text in (
            (finding.subject_type, finding.subject_id),
            (finding.subject_type, finding.params.get("other")),
        ):
            if (root := _uuid(text)) is not None:
                ids.setdefault(kind, set()).add(root)
    people = access.visible_persons(request.actor, today=request.today).filter(pk__in=ids.get("person", ()))
    known = {
        person.pk: Subject(_name(person, request, in_clear=in_clear), f"/personer/{person.pk}/") for person in people
    }
    groups = Group.objects.filter(pk__in=ids.get("group", ())).select_related("organisation")
    mine = set(
        access.groups_in_charge(request.actor, today=request.today).filter(pk__in=groups).values_list("pk", flat=True)
    )
    for group in groups:
        known[group.pk] = Subject(group.display_name, f"/klasser/{group.pk}/" if group.pk in mine else "")
    for activity in Activity.objects.filter(pk__in=ids.get("activity", ())):
        known[activity.pk] = Subject(activity.display_name)
    for unit in Organisation.objects.filter(pk__in=ids.get("organisation", ())):
        known[unit.pk] = Subject(unit.display_name, f"/fynd/lista/?skola={unit.pk}")
    return known


def _name(person: Person, request: Asked, *, in_clear: bool) -> str:
    actor, today = request.actor, request.today
    if not person.is_protected(today):
        return person.full_name
    if not in_clear or access.hides_name(person, actor, today=today):
        return gettext("Protected identity")
    if person.pk != actor.person_id:
        audit.look(
            "person.protected_seen", actor=actor, subject_type="person", subject_id=person.pk, purpose="findings"
        )
    return access.shown_name(person, actor, today=today)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
