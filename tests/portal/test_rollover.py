"""The year turns on the web: the steps show the state, and each can be taken from the page."""

from __future__ import annotations

from datetime import date

import pytest

from kateder.core.tenancy import within
from kateder.provisioning import api as provisioning
from kateder.provisioning.models import Consequence, Freeze, Rollover
from kateder.provisioning.rollover import event
from tests.cast import TODAY, Cast
from tests.offer import Offer
from tests.portal.visits import text_of, visit

PATH = "/lasarsskifte/"
AUTUMN = "2027-08-17"


@pytest.fixture
def target(in_use: Offer) -> str:
    """The service takes deliveries; gives the target's id."""
    with within(in_use.cast.authority.id):
        made = provisioning.add_target(
            in_use.service.id, base_uri="https://provider.example", pins=["A" * 43 + "="], by=in_use.by
        )
    return str(made.pk)


def test_steps_are_taken_one_by_one_and_show_where_it_stands(cast: Cast, target: str) -> None:
    client = visit(cast, "alva")
    assert "Det nya läsårets första dag" in text_of(client, PATH)
    client.post(PATH, {"do": "begin", "day": AUTUMN})
    page = text_of(client, PATH)
    assert "Det nya läsåret börjar den 17 augusti 2027" in page
    client.post(PATH, {"do": "freeze", "target": [target], "reason": "Läsårsskifte", "remind": AUTUMN})
    assert "Leveranser till 1 tjänst hålls inne" in text_of(client, PATH)
    assert "Leveranser till 1 tjänst hålls inne" in text_of(client, "/oversikt/")
    with within(cast.authority.id):
        event.look(today=TODAY)
    assert "Tittat" in text_of(client, PATH)
    client.post(PATH, {"do": "release"})
    with within(cast.authority.id):
        assert Rollover.objects.get().released_at is not None
        assert not Freeze.objects.filter(ended_at=None).exists()
    assert "Det förra, till den 17 augusti 2027" in text_of(client, PATH)


@pytest.mark.usefixtures("target")
def test_who_loses_is_shown_by_name_but_no_protected_name(cast: Cast) -> None:
    with within(cast.authority.id):
        event.begin(date(2027, 8, 17), today=TODAY, by=cast.actor("alva"))
        event.look(today=TODAY)
        (one,) = Consequence.objects.all()
        assert cast["elsa"] in one.loses
    page = text_of(visit(cast, "alva"), f"{PATH}{one.pk}/?vad=forlorar")
    assert "Elsa Åberg" in page
    assert "Virtanen" not in page


def test_a_freeze_without_a_reason_is_refused_in_words(cast: Cast, target: str) -> None:
    client = visit(cast, "alva")
    client.post(PATH, {"do": "begin", "day": AUTUMN})
    answer = client.post(PATH, {"do": "freeze", "target": [target], "reason": "", "remind": AUTUMN}, follow=True)
    assert "Skriv varför leveranserna hålls inne" in answer.content.decode()


def test_looking_is_asked_of_a_worker_and_says_so(cast: Cast) -> None:
    client = visit(cast, "alva")
    client.post(PATH, {"do": "begin", "day": AUTUMN})
    client.post(PATH, {"do": "look"})
    assert "Går igenom dagarna" in text_of(client, PATH)


@pytest.mark.parametrize("who", ["petra", "tove", "elsa"])
def test_only_the_administrator_turns_the_year(cast: Cast, who: str) -> None:
    text_of(visit(cast, who), PATH, status=403)
