"""The kinds of source there are, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kateder.core import leases, setup
from kateder.core.setup import Settings, Step
from kateder.sources import command, csv_folder, directory, egil_in, mapped_csv, oneroster, ss12000
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import STEP_LABELS, Connector, Place
from kateder.sources.errors import UnknownKind
from kateder.sources.mastering import retiring
from kateder.sources.models import Source

CONNECTORS: tuple[Connector, ...] = (
    csv_folder.CONNECTOR,
    mapped_csv.CONNECTOR,
    directory.CONNECTOR,
    egil_in.CONNECTOR,
    ss12000.CONNECTOR,
    oneroster.CSV_CONNECTOR,
    oneroster.REST_CONNECTOR,
    command.CONNECTOR,
)
# A source becomes retired; nobody adds one.
KINDS: Mapping[str, Connector] = {connector.kind: connector for connector in (*CONNECTORS, retiring.CONNECTOR)}

# A fetch that takes longer than this has given up; one that was killed is seen at once (core.leases).
LONGEST_FETCH = 3600  # seconds


def of(kind: str) -> Connector:
    """The connector of a kind. Raises UnknownKind."""
    if kind not in KINDS:
        raise UnknownKind(kind=kind)
    return KINDS[kind]


def sealed_as(kind: str) -> str:
    """What the secrets of a kind's settings are sealed for."""
    return f"sources.{kind}"


def opened(source: Source) -> Settings:
    """The source's settings as its connector wants them. Call within()."""
    return setup.opened(source.settings, purpose=sealed_as(source.kind))


def fetch(source: Source, *, settings: Settings, place: Place, today: date) -> Delivery:
    """Everything that a source delivers now, from wherever it is. Call outside transactions.

    Raises a SourceFault, or LeaseHeld while another run fetches the same source.
    """
    with leases.hold(place.authority_id, f"source:{place.source_id}", seconds=LONGEST_FETCH):
        return of(source.kind).fetch(settings, place=place, today=today)


def steps(kind: str, settings: Settings, *, today: date) -> Iterator[Step]:
    """The steps of a check, ending at the first that fails. Never raises for what the source does wrong.

    Call outside transactions. Raises UnknownKind.
    """
    return setup.walked(of(kind).check(settings, today=today), order=STEP_LABELS)
