"""A form of settings: under headings, what is seldom needed folded away unless somebody has said something there."""

from __future__ import annotations

from kateder.core.setup import Field, FieldKind, section
from kateder.portal.fields import entries, sections
from kateder.provisioning.directory.fields import FIELDS as OUT
from kateder.sources.directory.fields import FIELDS as IN
from tests.cast import Cast
from tests.portal.visits import visit

FIELDS = (
    Field("name", "Name"),
    *section("Trust", (Field("address", "Address"), Field("seconds", "Seconds", FieldKind.NUMBER, default=30)),
             seldom=["seconds"]),
)  # fmt: skip


def drawn(**values: object) -> list[tuple[str, list[str], list[str], bool]]:
    shown = sections(entries(FIELDS, values, is_new=False, places=lambda _field: ()))
    return [(one.title, [e.name for e in one.usual], [e.name for e in one.seldom], one.is_open) for one in shown]


def test_fields_stand_under_their_headings_with_the_seldom_ones_apart() -> None:
    assert drawn() == [("", ["name"], [], False), ("Trust", ["address"], ["seconds"], False)]


def test_what_somebody_has_said_is_not_hidden() -> None:
    assert not drawn(seconds=30)[1][-1]
    assert drawn(seconds=60)[1][-1]


def test_nothing_that_must_be_said_is_folded_away() -> None:
    assert not [field.name for field in (*IN, *OUT) if field.is_seldom and field.required]


def test_the_form_of_a_directory_is_short_until_one_asks_for_more(cast: Cast) -> None:
    page = visit(cast, "alva").get("/kallor/ny/ldap/").content.decode()

    assert page.count("<legend") == 6
    assert page.count('<details class="wide">') == 6
    for field in IN:
        assert page.count(f'name="{field.name}"') == 1
