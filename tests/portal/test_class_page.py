"""The class page: who can open what, under which alias, and handing out with two clicks."""

from __future__ import annotations

from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from kateder.governance.api import aliases_of, release_many
from kateder.licences.api import entitled
from tests.cast import TODAY, Cast
from tests.offer import Offer, make_offer
from tests.portal.visits import text_of, visit


def path(cast: Cast, group: str = "class_5b", rest: str = "") -> str:
    return f"/klasser/{cast[group]}/{rest}"


def test_teacher_sees_who_can_open_and_under_which_name_the_service_knows_each(cast: Cast, in_use: Offer) -> None:
    with within(cast.authority.id):
        list(release_many(in_use.service.id, entitled(in_use.service.id, today=TODAY), today=TODAY))
        alias = aliases_of(in_use.service.id, people=[cast["elsa"]])[cast["elsa"]]
    page = text_of(visit(cast, "tove"), path(cast))
    assert "Elsa Åberg" in page
    assert alias in page
    assert "Kan öppna" in page


def test_class_of_somebody_else_does_not_exist_for_a_teacher(cast: Cast) -> None:
    text_of(visit(cast, "ture"), path(cast), status=404)


def test_protected_pupil_who_is_stopped_leads_to_why(cast: Cast, in_use: Offer) -> None:
    page = text_of(visit(cast, "tove"), path(cast))
    assert f"/varfor/{cast['sami']}/{in_use.resource.pk}/" in page
    assert f"/varfor/{cast['elsa']}/{in_use.resource.pk}/" not in page


def test_look_at_a_protected_pupil_in_the_list_is_audited(cast: Cast) -> None:
    text_of(visit(cast, "tove"), path(cast))
    with within(cast.authority.id):
        seen = AuditEvent.objects.filter(event="person.protected_seen").values_list("subject_id", flat=True)
        assert list(seen) == [str(cast["sami"])]


def test_one_click_hands_out_to_the_class_and_one_takes_back(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        lot = offer.lot()
    client = visit(cast, "tove")
    assert f'value="lot:{lot.pk}"' in text_of(client, path(cast, rest="dela-ut/"))
    answer = client.post(path(cast, rest="dela-ut/"), {"give": f"lot:{lot.pk}"}, follow=True)
    assert "Utdelat. Nu finns det på elevernas hyllor." in answer.content.decode()
    assert offer.resource.title in text_of(visit(cast, "elsa"), "/")
    with within(cast.authority.id):
        held = lot.assignments.get()
    client.post(path(cast, rest="dela-ut/"), {"take": str(held.pk)})
    assert offer.resource.title not in text_of(visit(cast, "elsa"), "/")


def test_service_nobody_has_approved_cannot_be_handed_out(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
        lot = offer.lot()
    client = visit(cast, "tove")
    assert f'value="lot:{lot.pk}"' not in text_of(client, path(cast, rest="dela-ut/"))
    answer = client.post(path(cast, rest="dela-ut/"), {"give": f"lot:{lot.pk}"}, follow=True)
    assert "alert-error" in answer.content.decode()
    with within(cast.authority.id):
        assert not lot.assignments.exists()


def test_teacher_cannot_hand_out_to_a_class_of_somebody_else(cast: Cast, in_use: Offer) -> None:
    answer = visit(cast, "ture").post(path(cast, rest="dela-ut/"), {"give": "lot:x"})
    assert answer.status_code == 404


def test_letters_that_are_no_id_are_refused_not_a_fault(cast: Cast) -> None:
    assert visit(cast, "tove").post(path(cast, rest="dela-ut/"), {"give": "lot:x"}).status_code == 400


def test_seats_of_another_school_are_not_a_teachers_to_hand_out(cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        lot = offer.lot(quantity=5)
        offer.assign(lot, "class_9c")
    give = {"give": f"lot:{lot.pk}"}
    assert give["give"] not in text_of(visit(cast, "tove"), path(cast, rest="dela-ut/"))
    assert visit(cast, "tove").post(path(cast, rest="dela-ut/"), give).status_code == 400
    assert visit(cast, "alva").post(path(cast, rest="dela-ut/"), give).status_code == 302
    with within(cast.authority.id):
        assert lot.assignments.count() == 2
