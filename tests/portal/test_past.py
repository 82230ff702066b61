"""As it was on the web: the class of then, the change in words, and the right doors."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from kateder.core import clock
from kateder.core.tenancy import within
from kateder.register.api import Entity
from kateder.register.models import Changeset
from tests.cast import TODAY, Cast
from tests.portal.visits import text_of, visit
from tests.register.changing import change, remove

BEFORE = TODAY - timedelta(days=30)


@pytest.fixture(autouse=True)
def moved(cast: Cast) -> None:
    """Elsa moved to 6A today; Nils is gone since today."""
    with within(cast.authority.id):
        noon = datetime.combine(date(2026, 8, 1), time(12), tzinfo=clock.ZONE)
        Changeset.objects.update(at=noon)
        change(Entity.MEMBERSHIP, cast["membership_elsa"], group_id=cast["class_6a"])
        remove(Entity.PERSON, cast["nils"])
        Changeset.objects.exclude(at=noon).update(at=datetime.combine(TODAY, time(9), tzinfo=clock.ZONE))


def test_person_page_leads_to_the_past_and_a_day_shows_the_class_of_then(cast: Cast) -> None:
    client = visit(cast, "petra")
    assert f"/personer/{cast['elsa']}/som-det-var/" in text_of(client, f"/personer/{cast['elsa']}/")
    page = text_of(client, f"/personer/{cast['elsa']}/som-det-var/?dag={BEFORE}")
    assert "Elsa Åberg den 24 oktober 2026" in page
    assert f"/klasser/{cast['class_5b']}/som-det-var/?dag={BEFORE}" in page
    assert "Medlemskapet ändrades" in page


def test_class_of_then_names_its_members_and_teachers(cast: Cast) -> None:
    page = text_of(visit(cast, "petra"), f"/klasser/{cast['class_5b']}/som-det-var/?dag={BEFORE}")
    assert "Elsa Åberg" in page
    assert "Tove Lind" in page
    assert (
        "Elsa Åberg"
        not in text_of(visit(cast, "petra"), f"/klasser/{cast['class_5b']}/som-det-var/?dag={TODAY}").split(
            "Vad som har"
        )[0]
    )


def test_administrator_finds_who_is_gone_and_opens_the_day_before(cast: Cast) -> None:
    client = visit(cast, "alva")
    page = text_of(client, "/personer/borttagna/?q=nils")
    link = f"/personer/{cast['nils']}/som-det-var/?dag={TODAY - timedelta(days=1)}"
    assert link in page
    assert "9C" in text_of(client, link)
    text_of(visit(cast, "petra"), "/personer/borttagna/", status=403)


def test_administrator_reads_no_protected_name_in_a_class_of_then(cast: Cast) -> None:
    assert "Virtanen" not in text_of(visit(cast, "alva"), f"/klasser/{cast['class_5b']}/som-det-var/?dag={BEFORE}")


@pytest.mark.parametrize("who", ["tove", "gustav", "elsa"])
def test_others_have_no_way_into_the_past(cast: Cast, who: str) -> None:
    text_of(visit(cast, who), f"/personer/{cast['elsa']}/som-det-var/", status=403)


def test_a_day_too_far_back_is_refused_in_words(cast: Cast) -> None:
    page = text_of(visit(cast, "petra"), f"/personer/{cast['elsa']}/som-det-var/?dag=1999-01-01", status=403)
    assert "Registrets historik sparas" in page
