"""Why can she not open it: the first thing that stops is marked, with what to do and who can."""

from __future__ import annotations

from kateder.core.tenancy import within
from tests.cast import Cast
from tests.offer import Offer, make_offer
from tests.portal.visits import text_of, visit


def page(cast: Cast, offer: Offer, *, who: str, asks: str = "tove", status: int = 200) -> str:
    return text_of(visit(cast, asks), f"/varfor/{cast[who]}/{offer.resource.pk}/", status=status)


def test_who_can_open_is_told_so(cast: Cast, in_use: Offer) -> None:
    text = page(cast, in_use, who="elsa")
    assert "Elsa Åberg kan öppna Rakneresan 5" in text
    assert 'class="stop"' not in text


def test_only_the_first_step_that_fails_stops(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
    text = page(cast, offer, who="elsa")
    assert text.count('class="stop"') == 1
    assert "Kan göras av:" in text
    assert "Varför kan Elsa Åberg inte öppna" in text


def test_teacher_may_not_ask_about_a_pupil_of_another_class(cast: Cast, in_use: Offer) -> None:
    text = page(cast, in_use, who="nils", status=403)
    assert "Nils" not in text


def test_protected_pupil_without_a_rule_is_stopped_at_the_release(cast: Cast, in_use: Offer) -> None:
    assert page(cast, in_use, who="sami").count('class="stop"') == 1
