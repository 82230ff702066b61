"""Our OpenAPI document says what the published one says; every difference is listed with its reason."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from kateder.protocols.ss12000.openapi import document
from tests.conformance.agreement import operations

SPECS = os.environ.get("KATEDER_SPECS", "")
pytestmark = pytest.mark.skipif(not SPECS, reason="KATEDER_SPECS names no folder with the published documents")
OURS = operations(document(base_url="https://kateder.example/ss12000/v2.0", token_url="https://kateder.example/t"))

CODE = "any text is taken as a code: nothing is found by one that nobody has"
MISSING = {
    r"^POST /(attendances|attendanceEvents|attendanceSchedule|absences) body \.(id|meta|_embedded)\b": (
        "a client neither says when something was stored nor repeats what it refers to; the id it may leave out"
    ),
    r"^POST /calendarEvents/lookup answer ": "a slip: the published answer is of attendances",
    r"^POST /attendanceSchedule/lookup answer ": "a slip: the published answer is of activities",
    r"^GET /\w+ query (type|schoolTypes?|groupType|dutyRole|relationship\.entity\.type)(\[\])?: ": CODE,
    r"^POST /(log|statistics)/ body \.resourceType!?: ": "a client may know of types that we do not",
    r"^POST /log/ body \.resourceId: uuid$": "real clients send other ids too",
    r"^POST /(log|statistics)/ body \.resourceUrl: uri$": "kept as it was written, right or wrong",
    r"^POST /subscriptions body \.resourceTypes!\[\]\.resource: ": "plain names are taken too, as in its own example",
    r"^\w+ /subscriptions\S* answer \S*\.resource: ": "always there, which the published document does not say",
    r"^\w+ /subscriptions\S* (body|answer) \S*target!: string$": "said more closely: a URI",
    r" answer \S*\.curriculum: ": "the published list of curricula ends before 2022",
    r"\.scheduleEntries\[\]\.startTime: ": "a pattern stands where the format should",
    r" answer \S*\.(value!|email): email$": "said more closely: people have å, ä and ö in their addresses",
}
"""What the published document says and ours does not: a pattern of the line, and why."""
MORE = {
    r"^POST /(calendarEvents|attendanceSchedule)/lookup answer ": MISSING[r"^POST /calendarEvents/lookup answer "],
    r"^GET /\w+ query (type|schoolTypes?|groupType|dutyRole|relationship\.entity\.type)(\[\])?: string$": CODE,
    r"^POST /(attendances|attendanceEvents|attendanceSchedule|absences) body \.id: uuid$": "an id of the client's own",
    r"^POST /(log|statistics)(?!/)": "without the slash too, which real clients leave out",
    r"^POST /(log|statistics)/ body \.resource\w+!?: string$": "see above",
    r"^POST /subscriptions body \.resourceTypes!\[\]: ": "a name, or an object with a name",
    r"^\w+ /subscriptions\S* answer \S*\.resource!: ": "see above",
    r"^\w+ /subscriptions\S* (body|answer) \S*target!: uri$": "see above",
    r" answer \S*\.curriculum: string$": "see above",
    r"\.scheduleEntries\[\]\.startTime: string$": "see above",
    r" answer \S*\.(value!|email): idn-email$": "see above",
    r" answer \S*\.(description: string$|address\.)": "of version 2.1.0: Duty.description and Organisation.address",
    r"^GET /duties/\{id\} answer \._embedded\.": "expand is a parameter of it, so the answer has what it gives",
    r"^GET /\w+/\{id\} query expandReferenceNames: boolean$": "taken wherever there are references",
    r"^GET /deletedEntities answer \S*\.activities\[\]: uuid$": "the key as it should be spelled, beside the published",
}
"""What ours says and the published one does not. Codes that came after version 2.0.0 are taken for granted."""


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    import yaml

    text = (Path(SPECS) / "ss12000-2.0.0-bundled.yaml").read_text(encoding="utf-8")
    return operations(yaml.safe_load(text))


def unexplained(lines: set[str], reasons: Mapping[str, str]) -> list[str]:
    return sorted(line for line in lines if not any(re.search(pattern, line) for pattern in reasons))


def without(first: Mapping[str, set[str]], second: Mapping[str, set[str]]) -> set[str]:
    return {f"{name} {line}" for name, lines in first.items() for line in lines - second.get(name, set())}


def test_everything_that_is_published_is_ours_too(published: dict[str, set[str]]) -> None:
    assert published.keys() - OURS.keys() == set()
    assert len({name.split()[1] for name in published}) == 59
    assert unexplained(without(published, OURS), MISSING) == []


def test_nothing_is_ours_alone_without_a_reason(published: dict[str, set[str]]) -> None:
    codes = {f"{name} {line.rpartition(': ')[0]}" for name, lines in published.items() for line in lines}
    more = {line for line in without(OURS, published) if line.rpartition(": ")[0] not in codes}
    assert unexplained(more, MORE) == []


def test_every_reason_is_still_needed(published: dict[str, set[str]]) -> None:
    for lines, reasons in ((without(published, OURS), MISSING), (without(OURS, published), MORE)):
        idle = [pattern for pattern in reasons if not any(re.search(pattern, line) for line in lines)]
        assert idle == []
