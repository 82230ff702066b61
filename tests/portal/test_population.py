"""The page of the population register: the own school's outcomes, nobody's protected details, one click to decide."""

from __future__ import annotations

from uuid import UUID

import pytest

from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources.population import api as population
from kateder.sources.population import trying
from kateder.sources.population.api import OutcomeKind
from kateder.sources.population.models import PopulationOutcome, PopulationRegister, PopulationTrial
from tests.cast import TODAY, Cast
from tests.portal.visits import text_of, visit

PAGE = "/folkbokforing/"


@pytest.fixture
def register(cast: Cast) -> UUID:
    """Navet's files, with outcomes at two schools and a child at none."""
    with within(cast.authority.id):
        made = population.add(
            kind="navet_files", name="Navet", municipalities="1292", settings={"folder": "/srv/navet"},
            actor=cast.actor("alva"),
        )  # fmt: skip
        for name, unit in (("olle", "bjork"), ("nils", "lund")):
            note(cast, made.pk, OutcomeKind.ELSEWHERE, name, unit, municipality="1283")
        PopulationOutcome.objects.create(
            register=made, kind=OutcomeKind.NOT_ENROLLED, civic_no="201604052389", name="Nova Ny",
            address="Nygatan 2", details={"born": 2016}, since_date=TODAY,
        )  # fmt: skip
    return made.pk


def note(cast: Cast, register: UUID, kind: OutcomeKind, name: str, unit: str, **details: object) -> PopulationOutcome:
    return PopulationOutcome.objects.create(
        register_id=register, kind=kind, civic_no=f"20150101{name}", person_id=cast[name], unit_id=cast[unit],
        details=details, since_date=TODAY,
    )  # fmt: skip


def test_a_school_sees_its_own_pupils_and_no_children_of_nobodys(cast: Cast, register: UUID) -> None:
    page = text_of(visit(cast, "petra"), PAGE)
    assert "Olle Öst" in page
    assert "Folkbokförd i kommun 1283" in page
    assert "Nils Berg" not in page
    assert "Nova Ny" not in page


def test_an_administrator_sees_all_and_can_look_at_one_school_or_kind(cast: Cast, register: UUID) -> None:
    page = text_of(visit(cast, "alva"), PAGE)
    assert all(name in page for name in ("Olle Öst", "Nils Berg", "Nova Ny", "Nygatan 2"))
    assert "Nils Berg" not in text_of(visit(cast, "alva"), f"{PAGE}?skola={cast['bjork']}")
    assert "Olle Öst" not in text_of(visit(cast, "alva"), f"{PAGE}?slag=not_enrolled")


def test_of_a_protected_person_no_details_are_shown(cast: Cast, register: UUID) -> None:
    with within(cast.authority.id):
        note(cast, register, OutcomeKind.NUMBER, "sami", "bjork", number="201511029999")
    page = text_of(visit(cast, "alva"), PAGE)
    assert "Skyddade personuppgifter" in page
    assert "201511029999" not in page
    assert "Virtanen" not in page


def test_a_decision_is_one_click_and_takes_the_line_away(cast: Cast, register: UUID) -> None:
    with within(cast.authority.id):
        changed = note(cast, register, OutcomeKind.NUMBER, "elsa", "bjork", number="201503092999")
    visit(cast, "petra").post(PAGE, {"id": str(changed.pk), "decision": "taken_over"})
    with within(cast.authority.id):
        assert Person.objects.get(civic_no="201503092999").pk == cast["elsa"]
    assert "Elsa Åberg" not in text_of(visit(cast, "petra"), PAGE)
    assert "Elsa Åberg" in text_of(visit(cast, "petra"), f"{PAGE}?visa=alla")


def test_a_school_decides_nothing_about_another_schools_pupils(cast: Cast, register: UUID) -> None:
    with within(cast.authority.id):
        other = PopulationOutcome.objects.get(person_id=cast["nils"]).pk
    assert visit(cast, "petra").post(PAGE, {"id": str(other), "decision": "seen"}).status_code == 404


@pytest.mark.parametrize("who", ["tove", "elsa", "gustav"])
def test_others_never_come_in(cast: Cast, register: UUID, who: str) -> None:
    text_of(visit(cast, who), PAGE, status=403)


def test_only_an_administrator_asks_and_changes_settings(cast: Cast, register: UUID) -> None:
    assert visit(cast, "petra").post(PAGE, {"run": str(register)}).status_code == 404
    text_of(visit(cast, "petra"), f"{PAGE}register/", status=403)
    assert "tillfrågas" in visit(cast, "alva").post(PAGE, {"run": str(register)}, follow=True).content.decode()


def test_a_way_to_ask_is_added_on_the_web_and_its_secrets_are_not_shown_again(cast: Cast, register: UUID) -> None:
    sent = {
        "kind": "navet_rest", "name": "Navet direkt", "municipalities": "1292", "address": "https://navet.example",
        "token_address": "https://token.example", "client_id": "us", "client_secret": "hemligt", "scope": "x",
        "gateway_id": "", "gateway_secret": "", "organisation_number": "162021004748", "order": "1",
        "certificate": "", "certificate_key": "", "server_authorities": "", "server_pins": "",
    }  # fmt: skip
    answer = visit(cast, "alva").post(f"{PAGE}register/", sent)
    assert answer.status_code == 302
    page = text_of(visit(cast, "alva"), answer["Location"])
    assert "hemligt" not in page
    assert "162021004748" in page
    visit(cast, "alva").post(answer["Location"], {**sent, "client_secret": "", "order": "2", "every": "day"})
    with within(cast.authority.id):
        changed = PopulationRegister.objects.get(name="Navet direkt")
        assert (changed.every_minutes, changed.settings["order"]) == (1440, "2")
        assert changed.settings["client_secret"]["sealed"]


def test_codes_that_are_no_municipality_are_refused_on_the_form(cast: Cast) -> None:
    sent = {"kind": "navet_files", "name": "Navet", "municipalities": "12", "folder": "/srv"}
    answer = visit(cast, "alva").post(f"{PAGE}register/", sent)
    assert "fyra siffror" in answer.content.decode()


def test_a_way_to_ask_is_tried_on_its_page_step_by_step(cast: Cast, register: UUID) -> None:
    page = f"{PAGE}register/{register}/"
    assert "Inte provad än" in text_of(visit(cast, "alva"), page)
    assert visit(cast, "petra").post(page, {"check": "1"}).status_code == 403

    visit(cast, "alva").post(page, {"check": "1"})
    assert 'hx-trigger="every 1s"' in visit(cast, "alva").get(page).content.decode()
    with within(cast.authority.id):
        actor = cast.actor("alva")
    trying.carry_out(register, actor=actor)

    shown = visit(cast, "alva").get(page).content.decode()
    assert 'hx-trigger="every 1s"' not in shown
    assert "Stopp här" in shown
    with within(cast.authority.id):
        steps = PopulationTrial.objects.get(register=register).steps
    assert [step["ok"] for step in steps] == [*[True] * (len(steps) - 1), False]
    assert str(steps[-1]["sentence"]) in shown


def test_a_way_to_ask_that_is_added_or_changed_is_tried_by_itself(cast: Cast, register: UUID) -> None:
    sent = {"kind": "navet_files", "name": "Två", "municipalities": "1292", "folder": "/srv/other"}
    made = visit(cast, "alva").post(f"{PAGE}register/", sent)["Location"]
    with within(cast.authority.id):
        first = PopulationTrial.objects.get(register__name="Två").started_at
    visit(cast, "alva").post(made, sent | {"folder": "/srv/third"})
    with within(cast.authority.id):
        assert PopulationTrial.objects.get(register__name="Två").started_at > first
