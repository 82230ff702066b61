"""The same list as a file: for a meeting, or for those who mend in another system."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.utils.translation import gettext

from kateder.core import audit
from kateder.core.models import Finding, Severity
from kateder.portal.doors import Asked, door
from kateder.portal.quality.chosen import Chosen, filtered, units
from kateder.portal.quality.listing import WHO
from kateder.portal.quality.subjects import subjects
from kateder.portal.quality.wording import remedy, said, title
from kateder.portal.words import OWNERS, word

MOST = 20_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@door(*WHO)
def export(request: Asked) -> HttpResponse:
    """The findings that the filters leave, as CSV that a spreadsheet opens; protected names are never in it."""
    found = list(filtered(request, Chosen.of(request))[:MOST])
    known, names = subjects(found, request, in_clear=False), units(request)
    by_text = {str(key): subject.name for key, subject in known.items()}
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="fynd-{request.today:%Y-%m-%d}.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";")
    writer.writerow(
        [
            gettext("School"), gettext("How serious"), gettext("Kind"), gettext("Whom or what"),
            gettext("What is wrong"), gettext("How to mend it"), gettext("Who mends it"), gettext("Since"),
            gettext("Asked"), gettext("Put off until"), gettext("Id"),
        ]
    )  # fmt: skip
    for one in found:
        school = names.get(one.unit_id, "") if one.unit_id else ""
        writer.writerow(map(_cell, _values(one, school=school, name=by_text.get(one.subject_id, ""))))
    audit.look(
        "findings.exported", actor=request.actor, subject_type="findings", subject_id=request.today, rows=len(found)
    )
    return answer


def _values(one: Finding, *, school: str, name: str) -> list[str]:
    return [
        school, str(Severity(one.severity).label), title(one.rule), name, said(one), remedy(one),
        word(OWNERS, one.owner),
        f"{one.first_seen_at:%Y-%m-%d}", f"{one.asked_at:%Y-%m-%d}" if one.asked_at else "",
        f"{one.snoozed_until:%Y-%m-%d}" if one.snoozed_until else "", one.subject_id,
    ]  # fmt: skip


def _cell(text: str) -> str:
    """A name that begins like a formula stays a name in a spreadsheet."""
    return f"'{text}" if text.startswith(FORMULA) else text
