"""What a connector offers: the fields of its settings, a check in steps, and what the source delivers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, Settings, Step, StepName
from kateder.register.api import Entity
from kateder.sources.canonical.sheets import Delivery

STEP_LABELS: Mapping[StepName, Promise | str] = {
    StepName.SETTINGS: _("The settings make sense"),
    StepName.CONNECTION: _("The source answers"),
    StepName.CREDENTIALS: _("The source lets us in"),
    StepName.RECORD: _("One record could be read"),
}
"""The steps that a check of a source has, in this order."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fetch may keep what it mirrors: whose source it is for."""

    authority_id: UUID
    source_id: UUID


class Connector(Protocol):
    """What a kind of source offers."""

    @property
    def kind(self) -> str:
        """Its name in the database and on the command line."""

    @property
    def label(self) -> Promise | str:
        """Its name in the interface."""

    @property
    def describes(self) -> Promise | str:
        """A sentence by which an administrator recognises it."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its settings."""

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """Try the settings step by step without reading everything. Outside transactions.

        A step that fails is yielded as not ok, or raised as a SourceFault: whoever runs the check takes the fault
        as the failure of the step that had to come next.
        """

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """Everything that the source delivers now. Raises a SourceFault.

        Called outside transactions and by one run of the source at a time, so this is where networks are used and
        mirrors are brought up to date. Sheets are asked of the delivery afterwards, inside the run's transaction.
        """


@dataclass(frozen=True, slots=True)
class GlimpsedRow:
    """One row before and after: its columns in the file, SS 12000's, and what is wrong with it. Holds personal data.

    Of somebody with a protected identity it holds neither: `is_hidden`.
    """

    file: str
    line: int
    before: Sequence[tuple[str, str]]
    after: Sequence[tuple[str, str]]
    faults: Sequence[str] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Glimpsed:
    """The first rows of one kind of thing, of how many that were made, and how many of these have a fault."""

    entity: Entity
    count: int
    faulty: int
    rows: Sequence[GlimpsedRow]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the beginning of the files becomes. `is_whole`: the files end where the glimpse does."""

    things: Sequence[Glimpsed]
    is_whole: bool


@runtime_checkable
class Glimpsing(Protocol):
    """A connector that can show what it makes of the first rows while its settings are written."""

    def glimpse(self, settings: Settings, *, today: date) -> Glimpse:
        """The first rows before and after. Opens local files only, and little of them. Raises a SourceFault."""

    def files(self, settings: Settings) -> Sequence[tuple[str, Sequence[str]]]:
        """The files that there are, and their columns. Raises a SourceFault."""

    def examples(self) -> Mapping[str, tuple[Promise | str, str]]:
        """Settings to begin with: their name in an address, what to call them, and the text of the long setting."""
