"""The shelf holds what was handed out, opens it in one click, and says what stops."""

from __future__ import annotations

from datetime import date

from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.governance.api import Outcome
from kateder.licences.api import OnShortage, resources_for
from kateder.portal.shelf.views import is_young
from kateder.register.api import set_leave
from kateder.register.models import Enrolment
from tests.cast import TODAY, Cast
from tests.offer import Offer, make_offer
from tests.portal.visits import text_of, visit


def test_what_the_class_was_given_is_on_the_pupils_shelf_and_opens_in_one_click(cast: Cast, in_use: Offer) -> None:
    page = text_of(visit(cast, "elsa"), "/")
    assert "Hej Elsa" in page
    assert "Måndag 23 november · 5B" in page
    assert f'href="/oppna/{in_use.resource.pk}"' in page
    assert in_use.resource.title in page


def test_teacher_of_the_class_has_it_too(cast: Cast, in_use: Offer) -> None:
    assert in_use.resource.title in text_of(visit(cast, "tove"), "/")


def test_pupil_of_another_class_does_not(cast: Cast, in_use: Offer) -> None:
    page = text_of(visit(cast, "olle"), "/")
    assert in_use.resource.title not in page
    assert "Hyllan är tom än så länge" in page


def test_what_is_stopped_stays_on_the_shelf_with_the_reason_and_cannot_be_opened(cast: Cast, in_use: Offer) -> None:
    with within(cast.authority.id):
        in_use.decide(Outcome.REFUSED, first=date(2026, 11, 1))
    page = text_of(visit(cast, "elsa"), "/")
    assert in_use.resource.title in page
    assert f"/oppna/{in_use.resource.pk}" not in page
    assert "tag-bad" in page


def test_full_licence_with_a_hard_stop_is_said_on_the_shelf(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        offer.assign(offer.lot(quantity=0, on_shortage=OnShortage.HARD_STOP), "class_5b")
    assert f"/oppna/{offer.resource.pk}" not in text_of(visit(cast, "elsa"), "/")


def test_search_leaves_what_begins_with_the_letters(cast: Cast, in_use: Offer) -> None:
    client = visit(cast, "elsa")
    assert in_use.resource.title in text_of(client, "/?q=matem")
    assert "Inget med det namnet" in text_of(client, "/?q=zzz")


def test_protected_pupil_sees_own_shelf_like_the_classmates(cast: Cast, in_use: Offer) -> None:
    page = text_of(visit(cast, "sami"), "/")
    assert "Hej Sami" in page
    assert in_use.resource.title in page


def test_year_one_of_upper_secondary_is_not_young_but_year_one_of_compulsory_school_is(tenant: Authority) -> None:
    def young(school_type: str, school_year: int, *, today: date = TODAY) -> bool:
        return is_young([Enrolment(school_type=school_type, school_year=school_year, start_date=TODAY)], today=today)

    assert young("FKLASS", 0)
    assert young("GR", 1)
    assert not young("GY", 1)
    assert not young("GR", 4)
    assert young("GR", 4, today=date(2028, 8, 20))
    assert not is_young([], today=TODAY)


def test_youngest_get_large_covers_that_all_open_and_nothing_to_read(cast: Cast, in_use: Offer) -> None:
    with within(cast.authority.id):
        Enrolment.objects.filter(person=cast["elsa"]).update(school_year=1)
        stopped = make_offer(cast, slug="stopped")
        stopped.allow()
        stopped.assign(stopped.lot(quantity=0, on_shortage=OnShortage.HARD_STOP), "class_5b")
    page = text_of(visit(cast, "elsa"), "/")
    assert 'class="shelf young"' in page
    assert in_use.resource.title in page
    assert stopped.resource.title not in page
    assert 'type="search"' not in page


def test_each_role_lands_where_its_work_is(cast: Cast) -> None:
    for name, address in (("alva", "/oversikt/"), ("petra", "/klasser/"), ("gustav", "/personer/")):
        assert visit(cast, name).get("/")["Location"] == address


def test_who_has_not_signed_in_still_knows_where_they_are(cast: Cast) -> None:
    page = text_of(visit(cast, None), "/")
    assert "Björkvikens kommun" in page
    assert 'href="/logga-in"' in page
    assert 'href="/hjalp/"' in page


def test_what_the_class_was_given_is_not_on_the_shelf_of_its_teacher_on_leave(cast: Cast, in_use: Offer) -> None:
    with within(cast.authority.id):
        set_leave(cast["duty_tove"], start_date=TODAY, end_date=TODAY, actor=cast.actor("petra"))
        assert not resources_for(cast["tove"], today=TODAY)
        assert resources_for(cast["elsa"], today=TODAY), "the pupils keep theirs"
