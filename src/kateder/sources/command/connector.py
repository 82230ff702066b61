"""An external program as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import BadSetting, Field, FieldKind, Settings, Step, StepName
from kateder.protocols.ss12000.spoken import Noted, mended
from kateder.sources.canonical import Delivered, Delivery, sheet_of
from kateder.sources.canonical.layout import FILES
from kateder.sources.command import printed
from kateder.sources.command.errors import CommandNotJson
from kateder.sources.command.programs import program_of
from kateder.sources.command.running import Limits, run
from kateder.sources.connecting import Place
from kateder.sources.ss12000.crawl import NEEDED, RESOURCES
from kateder.sources.ss12000.crawl import USUAL as USUAL_RECORDS
from kateder.sources.ss12000.told import Told

COLUMNS, RECORDS = "columns", "ss12000"
USUAL = "organisations persons groups duties activities enrolments guardians memberships"
LONGEST_CHECK = 30.0


@dataclass(frozen=True, slots=True)
class Records(Told):
    """SS 12000 records that are in memory, as a delivery."""

    lists: Mapping[str, list[dict[str, Any]]]

    def has(self, resource: str) -> bool:
        """Whether the program was asked for this list."""
        return resource in self.lists

    def rows(self, resource: str) -> Iterator[Mapping[str, Any]]:
        """The records of one list."""
        return iter(self.lists.get(resource, ()))


class Command:
    """A program that prints JSON, run once for each kind of thing."""

    kind = "command"
    label = _("Program")
    describes = _("A program of your own on Kateder's server that prints JSON for each kind of thing.")
    fields: tuple[Field, ...] = (
        Field("program", _("Program"), required=True, help=_("In the folder that the operator names.")),
        Field(
            "arguments",
            _("Arguments, one a line"),
            FieldKind.LONG_TEXT,
            help=_("{entity} stands for what is asked for. Without it, that comes last."),
        ),
        Field(
            "shape",
            _("What it prints"),
            FieldKind.CHOICE,
            default=COLUMNS,
            choices=(
                (COLUMNS, _("Objects with the columns of the CSV files")),
                (RECORDS, _("Objects as in SS 12000's answers")),
            ),
        ),
        Field("entities", _("What it is asked for"), help=_("Separated by space. Empty: everything that is usual.")),
        Field(
            "secrets",
            _("Secrets"),
            FieldKind.LONG_TEXT,
            help=_("A line for each: NAME=file. The program gets the file's content as a variable of that name."),
        ),
        Field("seconds", _("Seconds it may take for each"), FieldKind.NUMBER, default=300),
        Field("megabytes", _("Megabytes it may print of each"), FieldKind.NUMBER, default=256),
    )

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """Start the program for the first entity, and end it when it has printed one object."""
        program, entities = program_of(settings), _entities(settings)
        yield Step(StepName.SETTINGS)
        limits = replace(_limits(settings), seconds=min(_limits(settings).seconds, LONGEST_CHECK))
        output = run(program, entities[0], limits=limits, enough=lambda text: isinstance(printed.first(text), dict))
        yield Step(StepName.CONNECTION)
        yield Step(StepName.CREDENTIALS)
        is_object = isinstance(printed.first(output), dict)
        yield Step(StepName.RECORD, is_object, "" if is_object else str(_("It printed no object.")))

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """Run the program for each entity. Raises a SourceFault: what it printed before is not used then."""
        program, limits = program_of(settings), _limits(settings)
        lists: dict[str, list[Any]] = {}
        for entity in _entities(settings):
            output = run(program, entity, limits=limits)
            try:
                lists[entity] = printed.objects(output)
            except ValueError:
                raise CommandNotJson(program=program.path.name, entity=entity) from None
        return _as_records(lists) if settings.get("shape") == RECORDS else _as_columns(lists)


CONNECTOR = Command()


def _entities(settings: Settings) -> list[str]:
    """What the program is asked for, in the order given. Raises BadSetting."""
    is_records = settings.get("shape") == RECORDS
    known = set(RESOURCES) if is_records else {file.name for file in FILES}
    given = str(settings.get("entities") or "").split() or ([*NEEDED, *USUAL_RECORDS] if is_records else USUAL.split())
    if not known.issuperset(given):
        raise BadSetting(name="entities")
    return list(dict.fromkeys(given))


def _limits(settings: Settings) -> Limits:
    return Limits(seconds=float(settings.get("seconds") or 300), size=int(settings.get("megabytes") or 256) * 2**20)


def _as_records(lists: Mapping[str, list[Any]]) -> Delivery:
    unheard = Noted()
    mend = {
        name: [record for row in rows if (record := mended(row, resource=name, noted=unheard))]
        for name, rows in lists.items()
    }
    return Records(mend)


def _as_columns(lists: Mapping[str, list[Any]]) -> Delivery:
    """What is no object becomes an empty row, which is then set aside with its number."""
    sheets = {}
    for file in FILES:
        if file.name in lists:
            rows = (
                {str(n): _cell(v) for n, v in row.items()} if isinstance(row, dict) else {} for row in lists[file.name]
            )
            sheets[file.entity] = sheet_of(file.entity, rows, name=file.name)
    return Delivered(sheets)


def _cells(row: Any) -> dict[str, str]:
    return {str(name): _cell(value) for name, value in row.items()} if isinstance(row, dict) else {}


def _cell(value: Any) -> str:
    """A value as a cell of the CSV files: lists of text separated by a bar, other structures as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        return "|".join(_cell(item) for item in value if item is not None)
    if isinstance(value, (dict, list)):
        return orjson.dumps(value).decode()
    return str(value)
