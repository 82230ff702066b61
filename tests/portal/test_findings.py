"""Findings on the web: a school sees its own, IT sees all, and what people do about them is kept."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from kateder.core import quality
from kateder.core.models import AuditEvent, Finding
from kateder.core.tenancy import within
from kateder.register.api import Entity
from tests.cast import SCHOOL_YEAR, TODAY, Cast
from tests.portal.visits import text_of, visit
from tests.register.quality.changing import change, create


@pytest.fixture(autouse=True)
def bent(cast: Cast) -> None:
    """A pupil at each school cannot sign in; looked through once."""
    with within(cast.authority.id):
        for name in ("elsa", "sami", "nils"):
            change(Entity.PERSON, cast[name], edu_person_principal_names=[])
        quality.sweep(today=TODAY)


def _finding(cast: Cast, name: str) -> Finding:
    with within(cast.authority.id):
        return Finding.objects.get(rule="person.eppn_missing", subject_id=str(cast[name]))


def test_principal_sees_own_school_only(cast: Cast) -> None:
    page = text_of(visit(cast, "petra"), "/fynd/lista/?regel=person.eppn_missing")
    assert "Elsa Åberg" in page
    assert "Nils Berg" not in page
    assert "Lundskolan" not in page


def test_principal_comes_straight_to_the_list(cast: Cast) -> None:
    assert visit(cast, "petra").get("/fynd/").headers["Location"] == "/fynd/lista/"


def test_office_of_the_school_works_the_list_too(cast: Cast) -> None:
    with within(cast.authority.id):
        create(
            Entity.DUTY, person_id=cast["gustav"], duty_at_id=cast["bjork"], duty_role="Skoladministratör",
            start_date=SCHOOL_YEAR,
        )  # fmt: skip
    client = visit(cast, "gustav")
    assert "Elsa Åberg" in text_of(client, "/fynd/lista/")
    assert "Elsa Åberg" in text_of(client, "/personer/?q=els")
    assert "Nils Berg" not in text_of(client, "/fynd/lista/")


@pytest.mark.parametrize("who", ["tove", "elsa"])
def test_teachers_and_pupils_have_no_list(cast: Cast, who: str) -> None:
    text_of(visit(cast, who), "/fynd/lista/", status=403)


def test_administrator_sees_rules_and_schools_but_no_protected_name(cast: Cast) -> None:
    page = text_of(visit(cast, "alva"), "/fynd/")
    assert "Björkskolan" in page
    assert "Lundskolan" in page
    assert "Personer utan användarnamn" in page
    assert "Virtanen" not in text_of(visit(cast, "alva"), "/fynd/lista/")


def test_protected_name_read_on_the_list_is_audited(cast: Cast) -> None:
    assert "Sami Virtanen" in text_of(visit(cast, "petra"), "/fynd/lista/")
    with within(cast.authority.id):
        looks = AuditEvent.objects.filter(event="person.protected_seen", subject_id=str(cast["sami"]))
        assert {look.details["purpose"] for look in looks} == {"findings"}


def test_export_has_the_same_rows_and_never_a_protected_name(cast: Cast) -> None:
    answer = visit(cast, "petra").get("/fynd/export.csv?regel=person.eppn_missing")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["Vem eller vad"] for row in rows} == {"Elsa Åberg", "Skyddade personuppgifter"}
    assert all(row["Så rättas det"] for row in rows)


def test_note_is_kept_and_shown(cast: Cast) -> None:
    client, finding = visit(cast, "petra"), _finding(cast, "elsa")
    client.post("/fynd/lista/", {"fynd": [str(finding.pk)], "do": "asked", "note": "Ärende 4711"})
    assert "Ärende 4711" in text_of(client, "/fynd/lista/")
    assert _finding(cast, "elsa").asked_by.startswith("user:")


def test_what_is_put_off_leaves_the_list_and_can_be_put_back(cast: Cast) -> None:
    client, finding = visit(cast, "petra"), _finding(cast, "elsa")
    until = (TODAY + timedelta(days=7)).isoformat()
    marked = {"fynd": [str(finding.pk)]}
    client.post("/fynd/lista/", marked | {"do": "snooze", "until": until, "reason": "Byter konto"})
    assert "Elsa Åberg" not in text_of(client, "/fynd/lista/?regel=person.eppn_missing")
    assert "Byter konto" in text_of(client, "/fynd/lista/?visa=uppskjutna")
    client.post("/fynd/lista/", marked | {"do": "wake"})
    assert "Elsa Åberg" in text_of(client, "/fynd/lista/?regel=person.eppn_missing")


def test_putting_off_needs_a_reason(cast: Cast) -> None:
    client, finding = visit(cast, "petra"), _finding(cast, "elsa")
    until = (TODAY + timedelta(days=7)).isoformat()
    path = "/fynd/lista/?regel=person.eppn_missing"
    answer = client.post(path, {"fynd": [str(finding.pk)], "do": "snooze", "until": until}, follow=True)
    assert "Skriv varför" in answer.content.decode()
    assert _finding(cast, "elsa").snoozed_until is None


def test_nobody_acts_on_another_schools_finding(cast: Cast) -> None:
    nils = _finding(cast, "nils")
    visit(cast, "petra").post("/fynd/lista/", {"fynd": [str(nils.pk)], "do": "asked"})
    assert _finding(cast, "nils").asked_at is None
