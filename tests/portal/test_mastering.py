"""Who decides, who may be the same, and where a person's details come from: on the web."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from kateder.core.findings import open_findings
from kateder.core.tenancy import within
from kateder.register.models import Group, Person
from kateder.sources.mastering.models import Correction, Merge, Suggestion
from kateder.sources.models import Source
from tests.cast import Cast
from tests.portal.visits import text_of, visit
from tests.sources.mastering.systems import EVA, Systems, person

GROUP = {"id": "g1", "displayName": "9D", "groupType": "Klass", "organisation": "o2", "startDate": "2026-07-01"}


@pytest.fixture
def systems(cast: Cast, tmp_path: Path) -> Systems:
    """Two systems that disagree about Eva, one Sami without a number, and the same class twice."""
    with within(cast.authority.id):
        found = Systems(tmp_path, cast.authority.id, cast.actor("alva"))
    sami = {"givenName": "Sami", "familyName": "Laine", "birthDate": "1990-02-14"}
    found.add("Skolsystemet", person(**EVA), person(**sami, id="sami"), groups=[GROUP])
    found.add(
        "Personal",
        person(**EVA | {"id": "hr-1", "givenName": "Eva Maria"}, phoneNumbers="070-1"),
        person(**sami, id="hr-2"),
        groups=[GROUP | {"id": "hg"}],
    )
    found.run()
    return found


def _eva(cast: Cast) -> UUID:
    with within(cast.authority.id):
        return Person.objects.get(civic_no=EVA["civicNo"]).pk


def test_the_page_shows_whose_word_holds_and_who_says_otherwise(cast: Cast, systems: Systems) -> None:
    text = text_of(visit(cast, "alva"), f"/personer/{_eva(cast)}/uppgifter/")
    for words in ("Skolsystemet", "Personal: Eva Maria Lind", "Källorna är oense", "070-1"):
        assert words in text


def test_a_teacher_and_a_pupil_do_not_see_where_details_come_from(cast: Cast, systems: Systems) -> None:
    for name in ("tove", "elsa"):
        text_of(visit(cast, name), f"/personer/{cast['elsa']}/uppgifter/", status=403)


def test_a_correction_is_made_shown_and_withdrawn_on_the_page(cast: Cast, systems: Systems) -> None:
    client, page = visit(cast, "alva"), f"/personer/{_eva(cast)}/uppgifter/"
    assert "Eva" in text_of(client, f"{page}name/")
    client.post(f"{page}name/", {"given_name": "Ewa", "family_name": "Lind", "reason": "Enligt passet", "end_date": ""})
    text = text_of(client, page)
    assert "Ewa Lind" in text
    assert "Enligt passet" in text
    client.post(f"{page}name/", {"withdraw": "1"})
    with within(cast.authority.id):
        assert Person.objects.get(pk=_eva(cast)).given_name == "Eva"
        assert Correction.objects.get().closed_why == "withdrawn"


def test_a_day_that_is_none_is_refused_in_words(cast: Cast, systems: Systems) -> None:
    client, page = visit(cast, "alva"), f"/personer/{_eva(cast)}/uppgifter/name/"
    client.post(page, {"given_name": "Ewa", "family_name": "Lind", "reason": "x", "end_date": "igår"})
    with within(cast.authority.id):
        assert not Correction.objects.exists()


def test_the_matrix_shows_what_a_change_would_do_before_it_is_saved(cast: Cast, systems: Systems) -> None:
    client, page = visit(cast, "alva"), "/kallor/vem-bestammer/"
    source = systems.sources["Personal"].pk
    wish = {f"say:{source}:person:name": "decides"}
    shown = client.post(page, wish | {"preview": "1"}).content.decode()
    assert "1 rad skulle ändras" in shown
    assert "Eva Maria Lind" in shown
    with within(cast.authority.id):
        assert Person.objects.get(pk=_eva(cast)).given_name == "Eva"
    client.post(page, wish | {"save": "1"})
    with within(cast.authority.id):
        assert Person.objects.get(pk=_eva(cast)).given_name == "Eva Maria"


def test_what_a_source_may_do_is_ticked_in_the_matrix(cast: Cast, systems: Systems) -> None:
    client, source = visit(cast, "alva"), systems.sources["Personal"].pk
    ticked = {f"rights:{source}:person": "1", f"updates:{source}:person": "on", f"removes:{source}:person": "on"}
    client.post("/kallor/vem-bestammer/", ticked | {"save": "1"})
    assert f'name="creates:{source}:person" checked' not in text_of(client, "/kallor/vem-bestammer/")


def test_people_are_looked_at_side_by_side_and_made_one(cast: Cast, systems: Systems) -> None:
    client = visit(cast, "alva")
    assert "Samma namn och födelsedatum" in text_of(client, "/kallor/ar-det-samma/")
    with within(cast.authority.id):
        asked = Suggestion.objects.get(entity="person")
    page = f"/personer/{asked.one_id}/sla-ihop/{asked.other_id}/"
    assert "Ingen tjänst har ett konto" in text_of(client, page)
    client.post(page, {"reason": "Samma enligt rektor"})
    with within(cast.authority.id):
        merge = Merge.objects.get()
        assert not Person.objects.filter(pk=asked.other_id).exists()
    client.post(f"/personer/{asked.one_id}/uppgifter/dela/{merge.pk}/")
    with within(cast.authority.id):
        assert Person.objects.filter(pk=asked.other_id).exists()


def test_a_refusal_is_remembered(cast: Cast, systems: Systems) -> None:
    client = visit(cast, "alva")
    with within(cast.authority.id):
        asked = Suggestion.objects.get(entity="person")
    client.post("/kallor/ar-det-samma/?slag=person", {"chosen": [str(asked.pk)], "answer": "different"})
    systems.run()
    assert "Inget att svara på här" in text_of(client, "/kallor/ar-det-samma/?slag=person")


def test_groups_are_confirmed_in_bulk(cast: Cast, systems: Systems) -> None:
    client = visit(cast, "alva")
    with within(cast.authority.id):
        ids = [str(pk) for pk in Suggestion.objects.filter(entity="group").values_list("pk", flat=True)]
    client.post("/kallor/ar-det-samma/?slag=group", {"chosen": ids, "answer": "same"})
    with within(cast.authority.id):
        assert Group.objects.filter(display_name="9D").count() == 1


def test_the_other_one_is_found_by_name(cast: Cast, systems: Systems) -> None:
    text = text_of(visit(cast, "alva"), f"/personer/{_eva(cast)}/sla-ihop/?q=sami+la")
    assert text.count("Sami Laine") == 2


def test_a_source_is_retired_when_another_has_taken_over(cast: Cast, systems: Systems) -> None:
    client, source = visit(cast, "alva"), systems.sources["Skolsystemet"]
    page = f"/kallor/{source.pk}/ersatt/"
    assert "Avveckla Skolsystemet" in text_of(client, page)
    client.post(page, {"retire": "1"})
    systems.run("Skolsystemet")
    with within(cast.authority.id):
        assert Source.objects.get(pk=source.pk).kind == "retired"
        assert Person.objects.get(pk=_eva(cast)).given_name == "Eva Maria"
    client.post(page, {"take-back": "1"})
    with within(cast.authority.id):
        assert Source.objects.get(pk=source.pk).kind == "csv"


def test_no_finding_names_what_the_sources_say(cast: Cast, systems: Systems) -> None:
    with within(cast.authority.id):
        assert not any("Eva" in f"{one.params}{one.message}" for one in open_findings())
