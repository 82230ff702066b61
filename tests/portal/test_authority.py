"""The authority's pages: what waits, plans as differences, services, data flows, licences."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from kateder.core import findings, plans
from kateder.core.findings import NewFinding
from kateder.core.models import Plan, PlanState, Severity
from kateder.core.plans import NewRow
from kateder.core.tenancy import within
from kateder.governance.api import Display, Field, FieldChoice, Level, end_agreement
from kateder.governance.models import Agreement
from kateder.licences.api import settle
from tests.cast import TODAY, Cast
from tests.offer import Offer, make_offer
from tests.portal.visits import text_of, visit

HIT = {"measure": "churn", "kind": "person", "counted": 412, "allowed": 300, "existing": 6000}


def waiting_plan(cast: Cast, *, rows: int = 30) -> Plan:
    with within(cast.authority.id):
        return plans.store(
            "trial",
            uuid4(),
            plan_hash="0" * 64,
            feed_position=0,
            summary={"person": {"remove": 412, "update": 3}},
            held_by=[HIT],
            rows=[
                NewRow("update", "person", "k", "Björkskolan", "Elsa Åberg", {"family_name": ["Åberg", "Ek"]}),
                *(NewRow("remove", "person", str(n), "Lundskolan", f"Elev {n}") for n in range(rows)),
            ],
        )


def test_plan_that_waits_is_first_among_what_needs_a_person(cast: Cast) -> None:
    plan = waiting_plan(cast)
    page = text_of(visit(cast, "alva"), "/oversikt/")
    assert "vill ta bort 412 personer" in page
    assert f'href="/planer/{plan.pk}/"' in page


def test_nothing_to_do_is_said_kindly(cast: Cast) -> None:
    assert "Inget väntar på en människa" in text_of(visit(cast, "alva"), "/oversikt/")


def test_findings_are_gathered_with_their_owner_and_notes_are_left_out(cast: Cast) -> None:
    with within(cast.authority.id):
        found = [
            NewFinding("r.broken", "row", str(n), "Row {n} is broken", params={"n": n}, owner="school") for n in (1, 2)
        ]
        note = NewFinding("r.note", "row", "3", "Only a note", severity=Severity.INFO)
        findings.replace("source:x", [*found, note])
    page = text_of(visit(cast, "alva"), "/oversikt/")
    assert "is broken" in page
    assert "och 1 till" in page
    assert "För: skolan" in page
    assert "Only a note" not in page


@pytest.mark.parametrize(
    ("until", "said"), [(date(2026, 12, 14), "går ut om 21 dagar"), (date(2026, 11, 20), "gick ut 20 november 2026")]
)
def test_agreement_that_ends_soon_or_has_ended_waits_for_a_person(cast: Cast, until: date, said: str) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        end_agreement(Agreement.objects.get().pk, last_day=until, by=offer.by)
    assert f"Avtalet med Rakneresan {said}" in text_of(visit(cast, "alva"), "/oversikt/")


def test_agreement_that_holds_waits_for_nobody(cast: Cast, in_use: Offer) -> None:
    assert "Avtalet med" not in text_of(visit(cast, "alva"), "/oversikt/")


def test_plan_reads_as_a_difference_by_school_with_samples_and_the_limit(cast: Cast) -> None:
    plan = waiting_plan(cast)
    page = text_of(visit(cast, "alva"), f"/planer/{plan.pk}/")
    assert "412 personer skulle skapas eller tas bort, av 6\xa0000" in page
    assert "<del>Åberg</del>" in page
    assert "<ins>Ek</ins>" in page
    assert "30 tas bort" in page
    assert "och 25 till av samma slag" in page
    assert page.index("Lundskolan") < page.index("Björkskolan")


def test_refusing_a_plan_changes_nothing_but_the_plan(cast: Cast) -> None:
    plan = waiting_plan(cast)
    visit(cast, "alva").post(f"/planer/{plan.pk}/", {"decision": "refuse"})
    with within(cast.authority.id):
        assert Plan.objects.get(pk=plan.pk).state == PlanState.REFUSED


def test_plan_that_was_decided_meanwhile_is_refused_in_words(cast: Cast) -> None:
    plan = waiting_plan(cast)
    client = visit(cast, "alva")
    client.post(f"/planer/{plan.pk}/", {"decision": "refuse"})
    page = client.post(f"/planer/{plan.pk}/", {"decision": "refuse"}, follow=True).content.decode()
    assert "alert-error" in page


def test_protected_name_in_a_plan_is_hidden_as_the_source_hid_it(cast: Cast) -> None:
    with within(cast.authority.id):
        rows = [NewRow("update", "person", "1", "", "***", {})]
        plan = plans.store("trial", uuid4(), plan_hash="0", feed_position=0, summary={}, rows=rows)
    assert "Skyddade personuppgifter" in text_of(visit(cast, "alva"), f"/planer/{plan.pk}/")


def test_principal_sees_what_is_paid_but_not_the_ledger(cast: Cast, in_use: Offer) -> None:
    with within(cast.authority.id):
        lot = in_use.resource.lots.get()
    assert lot.number in text_of(visit(cast, "petra"), "/licenser/")
    text_of(visit(cast, "petra"), f"/licenser/{lot.pk}/", status=403)
    text_of(visit(cast, "tove"), "/licenser/", status=403)


@pytest.mark.parametrize("name", ["tove", "petra", "elsa", "gustav"])
def test_plans_are_the_administrators_alone(cast: Cast, name: str) -> None:
    plan = waiting_plan(cast)
    text_of(visit(cast, name), f"/planer/{plan.pk}/", status=403)


def test_data_flows_show_each_service_field_by_field(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
        given = FieldChoice(Field.GIVEN_NAME, "Att läraren känner igen eleven", "3.2")
        offer.allow(Level.FIELDS, display=Display.GIVEN_NAME, fields=[given])
    page = text_of(visit(cast, "alva"), "/datafloden/")
    assert "pseudonym" in page
    assert "Att läraren känner igen eleven" in page
    assert 'class="yes"' in page


def test_service_shows_decision_agreement_and_what_it_may_know(cast: Cast, in_use: Offer) -> None:
    page = text_of(visit(cast, "alva"), f"/tjanster/{in_use.service.pk}/")
    for text in ("Skolchefen", "BUN 4.2", "BUN 2026/17", "tills vidare"):
        assert text in page


def test_service_without_an_agreement_says_that_nothing_is_released(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
    page = text_of(visit(cast, "alva"), f"/tjanster/{offer.service.pk}/")
    assert "Inget avtal, inga uppgifter." in page
    assert "Avtal saknas" in text_of(visit(cast, "alva"), "/tjanster/")


def test_licence_shows_its_seats_and_the_ledger_behind_them(cast: Cast, in_use: Offer) -> None:
    with within(cast.authority.id):
        settle(today=TODAY, cause="test")
        lot = in_use.resource.lots.get()
    assert "2 av 30" in text_of(visit(cast, "alva"), "/licenser/")
    page = text_of(visit(cast, "alva"), f"/licenser/{lot.pk}/")
    assert "Elsa Åberg" in page
    assert "Virtanen" not in page
    assert "utdelad" in page
    assert ">5B</th>" in page
