"""Everything that was ever sent of one person: when, where, which fields, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.governance.api import CauseKind
from kateder.portal.accounts.fields import in_words
from kateder.portal.doors import EVERYBODY, Asked, door
from kateder.portal.paging import page_of
from kateder.portal.words import ACTIONS, KINDS, word
from kateder.provisioning.sight import given
from kateder.register import access

REACHED: Final[Mapping[str, Promise]] = {
    CauseKind.PERSON: _("licence of one's own"),
    CauseKind.GROUP: _("the class's licence"),
    CauseKind.UNIT: _("the school's licence"),
    CauseKind.YEAR: _("the school year's licence"),
    CauseKind.TEACHING: _("teaches a class with a licence"),
    CauseKind.GRACE: _("days of grace"),
}
"""How a licence reached the person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One confirmation in words."""

    at: datetime
    service: str
    what: str
    fields: str
    why: str


@door(*EVERYBODY)
def everything(request: Asked, person_id: UUID) -> HttpResponse:
    """Every receipt about a person whom one may see, oneself included; a look at a protected one is noted."""
    person = access.look_at(request.actor, person_id, today=request.today, purpose="ever_sent")
    page = page_of(request, given.ever_sent(person_id))
    context = {
        "person_id": person_id,
        "name": person.full_name,
        "page": page,
        "lines": [_line(one) for one in given.explained(page.rows)],
    }
    return render(request, "portal/accounts/sent.html", context)


def _line(one: given.EverSent) -> Line:
    return Line(
        one.at,
        one.service,
        f"{word(KINDS, one.resource_type).capitalize()}: {word(ACTIONS, one.action)}",
        ", ".join(in_words(one.fields)),
        "; ".join(_why(one)),
    )


def _why(one: given.EverSent) -> list[str]:
    # Somebody teaches several classes by the same licence: that is said once.
    named = {kind for kind, lot in one.causes if lot}
    causes = dict.fromkeys((kind, lot) for kind, lot in one.causes if lot or kind not in named)
    said = [f"{word(REACHED, kind)} ({lot})" if lot else word(REACHED, kind) for kind, lot in causes]
    if one.decision:
        said.append(gettext("decision %(number)s") % {"number": one.decision})
    if one.agreement:
        said.append(gettext("agreement %(number)s") % {"number": one.agreement})
    return said
