"""Data flows: which service knows what, one line per service, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.actors import Role
from kateder.governance.api import COLUMNS, Cell, DataFlow, Field, Knows, data_flows
from kateder.portal.doors import Asked, door
from kateder.portal.words import Words, word

HEADINGS: Final[Words] = {"identity": _("Identity"), "display_name": _("Shown name"), "groups": _("Class")}
ALWAYS: Final = frozenset(
    {"identity", "display_name", "groups", "given_name", "family_name", "emails", "school_year", "civic_no"}
)
"""Columns worth a square even when everybody's says no: that is the good news."""

KNOWN: Final[Words] = {
    Knows.NOTHING: _("–"),
    Knows.PSEUDONYM: _("pseudonym"),
    Knows.ALIAS: _("alias"),
    Knows.YES: _("yes"),
    Knows.SPECIAL: _("special"),
}


@dataclass(frozen=True, slots=True)
class Square:
    """One square of the picture."""

    kind: str
    word: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Line:
    """One service."""

    address: str
    name: str
    squares: tuple[Square, ...]


@door(Role.ADMINISTRATOR, Role.OFFICER)
def flows(request: Asked) -> HttpResponse:
    """The picture of all services."""
    known = data_flows(today=request.today)
    columns = [column for column in COLUMNS if column in ALWAYS or _anybody_knows(known, column)]
    context = {
        "columns": [_heading(column) for column in columns],
        "rows": [_line(flow, columns) for flow in known],
        "may_look": request.actor.has(Role.ADMINISTRATOR),
    }
    return render(request, "portal/authority/flows.html", context)


def _anybody_knows(known: list[DataFlow], column: str) -> bool:
    return any(flow.cells[column].knows is not Knows.NOTHING for flow in known)


def _heading(column: str) -> str:
    return word(HEADINGS, column) if column in HEADINGS else str(Field(column).label)


def _line(flow: DataFlow, columns: list[str]) -> Line:
    squares = tuple(_square(flow.cells, column) for column in columns)
    return Line(f"/tjanster/{flow.service_id}/", flow.service_name, squares)


def _square(cells: Mapping[str, Cell], column: str) -> Square:
    cell = cells[column]
    purpose = gettext("For: %(purpose)s") % {"purpose": cell.purpose} if cell.purpose else ""
    return Square(cell.knows.value, word(KNOWN, cell.knows), purpose)
