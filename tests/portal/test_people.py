"""Finding a person: own people only, either name first, and nobody who is protected by name."""

from __future__ import annotations

import pytest

from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from tests.cast import Cast
from tests.portal.visits import text_of, visit


@pytest.mark.parametrize("text", ["els", "Elsa å", "åberg", "ÅBERG ELSA"])
def test_person_is_found_by_the_beginning_of_either_name(cast: Cast, text: str) -> None:
    page = text_of(visit(cast, "alva"), f"/personer/?q={text}")
    assert "Elsa Åberg" in page
    assert "Olle Öst" not in page


def test_teacher_finds_only_own_pupils(cast: Cast) -> None:
    client = visit(cast, "tove")
    assert "Elsa Åberg" in text_of(client, "/personer/?q=els")
    assert "Olle Öst" not in text_of(client, "/personer/?q=olle")


def test_administrator_sees_that_somebody_is_protected_but_not_who(cast: Cast) -> None:
    page = text_of(visit(cast, "alva"), "/personer/")
    assert "Virtanen" not in page
    assert str(cast["sami"]) in page


@pytest.mark.parametrize("text", ["sami", "virtanen", "virt"])
def test_protected_person_is_not_found_by_name(cast: Cast, text: str) -> None:
    page = text_of(visit(cast, "alva"), f"/personer/?q={text}")
    assert str(cast["sami"]) not in page
    assert "Ingen med det namnet" in page


def test_own_teacher_finds_the_protected_pupil(cast: Cast) -> None:
    assert "Sami Virtanen" in text_of(visit(cast, "tove"), "/personer/?q=sami")


@pytest.mark.usefixtures("in_use")
def test_place_in_the_list_does_not_tell_a_hidden_name(cast: Cast) -> None:
    """By name Sami Virtanen stands before Elsa Åberg and Olle Öst."""
    page = text_of(visit(cast, "alva"), "/personer/")
    assert page.index("Olle Öst") < page.index(str(cast["sami"]))
    page = text_of(visit(cast, "alva"), f"/klasser/{cast['class_5b']}/")
    assert page.index("Elsa Åberg") < page.index("Skyddade personuppgifter")


def test_protected_name_read_in_a_list_is_a_look_that_is_audited(cast: Cast) -> None:
    text_of(visit(cast, "tove"), "/personer/")
    text_of(visit(cast, "alva"), "/personer/")
    with within(cast.authority.id):
        looks = AuditEvent.objects.filter(event="person.protected_seen", subject_id=str(cast["sami"]))
        assert [look.actor for look in looks] == [f"user:{cast.users['tove'].id}"]
