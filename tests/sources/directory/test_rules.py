"""The rules by which a directory's texts are read: no directory needed."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kateder.core.ldap.names import dn_key, part_of
from kateder.core.ldap.session import Entry
from kateder.sources.directory import CONNECTOR
from kateder.sources.directory.errors import BadExpression
from kateder.sources.directory.expressions import parse
from kateder.sources.directory.fields import PRESETS
from kateder.sources.directory.nesting import flattened
from kateder.sources.directory.values import day_of, text_of

ENTRY = Entry(
    "CN=Elsa Å,OU=5B,OU=Björkskolan\\, norra,DC=example",
    {
        "title": [b"Elev", "Årskurs 5".encode()],
        "objectguid": [bytes.fromhex("04030201060508070910111213141516")],
        "jpegphoto": [b"\xff\xd8"],
    },
)


def values(text: str) -> list[str]:
    expression = parse(text, field="x")
    assert expression is not None
    return expression.values(ENTRY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title", ["Elev", "Årskurs 5"]),
        ("TITLE", ["Elev", "Årskurs 5"]),
        (r"title ~ (\d)", ["5"]),
        (r"title ~ ^Å\w+", ["Årskurs"]),
        ("title ~ nothing", []),
        ("dn:ou", ["5B"]),
        ("dn:ou:2", ["Björkskolan, norra"]),
        ("dn:ou:3", []),
        (r"dn:cn ~ ^\S+", ["Elsa"]),
        ('"Lärare ~ ("', ["Lärare ~ ("]),
        ("missing", []),
        ("jpegPhoto", []),
        ("objectGUID", ["01020304-0506-0708-0910-111213141516"]),
    ],
)
def test_an_expression_says_where_a_value_stands(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize("text", ["two words", "title ~ (", "dn:", '"open', "(cn=x)"])
def test_an_expression_that_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        parse(text, field="x")


@given(st.uuids())
def test_an_objectguid_is_read_as_active_directory_writes_it(guid: UUID) -> None:
    assert text_of(guid.bytes_le, attribute="objectGUID") == str(guid)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20260817120000Z", "2026-08-17"),
        # Late in the evening in UTC is the next day in Sweden.
        ("20260817223000.0Z", "2026-08-18"),
        ("202608171200+0200", "2026-08-17"),
        ("2026-08-17T10:00:00", "2026-08-17"),
        ("134288064000000000", "2026-07-18"),
        ("0", ""),
        ("9223372036854775807", ""),
        ("20261399000000Z", ""),
        ("i höstas", ""),
        ("99999999999999999999", ""),
    ],
)
def test_times_are_days_in_sweden(text: str, day: str) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Elsa, OU=Skolan,DC=x", "cn=elsa,ou=skolan , dc=X"),
        ("cn=a\\2Cb,dc=x", "cn=a\\,b,dc=x"),
        ("cn=\\C3\\85sa,dc=x", "cn=Åsa,dc=x"),
    ],
)
def test_two_spellings_of_a_name_are_one_entry(one: str, other: str) -> None:
    assert dn_key(one) == dn_key(other)


def test_a_comma_within_a_name_does_not_part_it() -> None:
    assert dn_key("cn=a\\,ou=b,dc=x") != dn_key("cn=a,ou=b,dc=x")
    assert part_of("cn=a\\,ou=b,ou=c", attribute="ou", place=1) == "c"


GRAPHS = st.dictionaries(st.sampled_from("ABCDEF"), st.lists(st.sampled_from("ABCDEFxyz"), max_size=6))


@given(GRAPHS)
def test_who_is_in_a_group_is_whom_one_reaches_from_it(graph: dict[str, list[str]]) -> None:
    for group, found in flattened(graph, wanted=graph).items():
        reached, before = {group}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {member for one in before for member in graph.get(one, [])}
        assert set(found) == reached - graph.keys()
        assert len(found) == len(set(found))


def test_a_field_says_what_it_means_when_it_is_left_empty() -> None:
    said = {field.name: str(field.help) for field in CONNECTOR.fields}
    assert "objectGUID" in said["id"]
    assert "mail" in said["emails"]
    assert all(said[name] for name in PRESETS["active_directory"])
