"""The form that lets somebody in: a name, what they do, groups, who answers for them, the last day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext

from kateder.core.errors import DomainError
from kateder.portal.doors import Asked, door
from kateder.portal.school.names import name_of
from kateder.portal.school.todays import WHO, address, day_of, own_unit
from kateder.register.models import Organisation
from kateder.sources.todays import api as todays
from kateder.sources.todays.errors import EndsInThePast, NameMissing

TEXTS = ("given_name", "family_name", "civic_no", "email", "kind", "end_date", "sponsor")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form."""

    texts: Mapping[str, str]
    groups: frozenset[str]

    @classmethod
    def of(cls, sent: QueryDict) -> Filled:
        """What somebody has sent."""
        return cls({name: sent.get(name, "").strip() for name in TEXTS}, frozenset(sent.getlist("groups")))

    @classmethod
    def new(cls, request: Asked) -> Filled:
        """A substitute for the rest of today, for whom the one who asks answers."""
        own = str(request.actor.person_id or "")
        return cls(
            {
                **dict.fromkeys(TEXTS, ""),
                "kind": todays.AdmissionKind.SUBSTITUTE.value,
                "end_date": request.today.isoformat(),
                "sponsor": own,
            },
            frozenset(),
        )

    def guest(self) -> todays.Guest:
        """Whom it describes. Raises NameMissing or EndsInThePast for what no browser of ours sends."""
        end_date = day_of(self.texts["end_date"])
        if end_date is None:
            raise EndsInThePast
        if self.texts["kind"] not in todays.AdmissionKind.values:
            raise NameMissing
        return todays.Guest(
            given_name=self.texts["given_name"],
            family_name=self.texts["family_name"],
            kind=todays.AdmissionKind(self.texts["kind"]),
            end_date=end_date,
            sponsor_id=_id(self.texts["sponsor"]),
            group_ids=[one for one in map(_id, sorted(self.groups)) if one is not None],
            civic_no=self.texts["civic_no"],
            email=self.texts["email"],
        )


@door(*WHO)
def admit(request: Asked, unit_id: UUID) -> HttpResponse:
    """Show the form; a POST lets the person in, or says on the form what is not right."""
    unit = own_unit(request, unit_id)
    if request.method != "POST":
        return _form(request, unit, Filled.new(request))
    filled = Filled.of(request.POST)
    try:
        with transaction.atomic():
            admission = todays.admit(unit.pk, filled.guest(), today=request.today, actor=request.actor)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _form(request, unit, filled, status=422)
    said = gettext("%(name)s is let in.") % {"name": f"{filled.texts['given_name']} {filled.texts['family_name']}"}
    messages.success(request, said)
    return HttpResponseRedirect(f"{address(unit.pk)}?ny={admission.pk}")


def _form(request: Asked, unit: Organisation, filled: Filled, *, status: int = 200) -> HttpResponse:
    today = request.today
    context = {
        "unit": unit,
        "filled": filled.texts,
        "kinds": todays.AdmissionKind.choices,
        "first_day": today,
        "last_day": today + timedelta(days=todays.LONGEST_DAYS),
        "groups": [(one, str(one.id) in filled.groups) for one in todays.groups_to_choose(unit.pk, today=today)],
        "sponsors": [
            (str(one.pk), name_of(one, request, purpose="todays")) for one in todays.sponsors(unit.pk, today=today)
        ],
    }
    return render(request, "portal/school/admit.html", context, status=status)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
