"""A school's page of today's people: let in, give a way in, undo, end, renew; who is on leave."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from kateder.core.models import User
from kateder.core.tenancy import within
from kateder.register.api import groups_taught_by
from kateder.register.models import DutyLeave, Person
from kateder.signin.accounts.visits import close_ended
from kateder.sources.todays.models import Admission
from tests.cast import TODAY, Cast
from tests.portal.visits import text_of, visit

FRIDAY = TODAY + timedelta(days=4)


def form(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "given_name": "Vera",
        "family_name": "Vikarie",
        "kind": "substitute",
        "end_date": FRIDAY.isoformat(),
        "sponsor": str(cast["petra"]),
        "groups": [str(cast["class_5b"])],
        **more,
    }


def let_in(cast: Cast, **more: object) -> Admission:
    answer = visit(cast, "petra").post(f"/dagens-personal/{cast['bjork']}/slapp-in/", form(cast, **more))
    assert answer.status_code == 302
    with within(cast.authority.id):
        return Admission.objects.latest("admitted_at")


def act(cast: Cast, admission: Admission, what: str, **more: str) -> None:
    answer = visit(cast, "petra").post(
        f"/dagens-personal/{cast['bjork']}/", {"id": str(admission.pk), "act": what, **more}
    )
    assert answer.status_code == 302


def link_for(cast: Cast, admission: Admission) -> str:
    answer = visit(cast, "petra").post(f"/dagens-personal/{cast['bjork']}/inloggning/{admission.pk}/")
    assert answer.status_code == 200
    found = re.search(r'value="(http[^"]+/konto/[^"]+)"', answer.content.decode())
    assert found is not None
    return urlsplit(found[1]).path


def test_the_principal_of_one_school_comes_straight_to_it(cast: Cast) -> None:
    answer = visit(cast, "petra").get("/dagens-personal/")
    assert answer["Location"] == f"/dagens-personal/{cast['bjork']}/"
    assert "Ingen är insläppt" in text_of(visit(cast, "petra"), answer["Location"])


def test_an_administrator_chooses_among_the_schools(cast: Cast) -> None:
    page = text_of(visit(cast, "alva"), "/dagens-personal/")
    assert "Björkskolan" in page
    assert "Lundskolan" in page


def test_who_is_let_in_stands_in_the_list_and_sees_the_class(cast: Cast) -> None:
    admission = let_in(cast)
    page = text_of(visit(cast, "petra"), f"/dagens-personal/{cast['bjork']}/")
    assert "Vera Vikarie" in page
    assert "Vikarie · 5B · Petra Ek svarar för besöket" in page
    assert "Till 27 november" in page
    with within(cast.authority.id):
        assert groups_taught_by(admission.person_id, today=TODAY).get().pk == cast["class_5b"]


def test_what_is_wrong_is_said_on_the_form_which_keeps_what_was_written(cast: Cast) -> None:
    late = (TODAY + timedelta(days=31)).isoformat()
    answer = visit(cast, "petra").post(f"/dagens-personal/{cast['bjork']}/slapp-in/", form(cast, end_date=late))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "högst 30 dagar" in page
    assert 'value="Vera"' in page
    assert re.search(rf'value="{cast["class_5b"]}" checked', page)


def test_the_way_in_opens_a_page_where_the_guest_chooses_how_to_sign_in(cast: Cast) -> None:
    path = link_for(cast, let_in(cast))
    assert "Vera Vikarie" in text_of(visit(cast, None), path)


def test_a_second_way_in_takes_the_first_back(cast: Cast) -> None:
    admission = let_in(cast)
    first, second = link_for(cast, admission), link_for(cast, admission)
    assert visit(cast, None).get(first).status_code == 410
    assert visit(cast, None).get(second).status_code == 200
    with within(cast.authority.id):
        assert User.objects.filter(person_id=admission.person_id).count() == 1


def test_no_way_in_is_given_to_the_account_of_somebody_with_other_rights(cast: Cast) -> None:
    """A school's office that knows a number must not be able to become the person whose number it is."""
    with within(cast.authority.id):
        Person.objects.filter(pk=cast["ture"]).update(civic_no="198507042383", civic_no_kind="personal")
    admission = let_in(cast, civic_no="198507042383")
    answer = visit(cast, "petra").post(f"/dagens-personal/{cast['bjork']}/inloggning/{admission.pk}/")
    assert answer.status_code == 302
    with within(cast.authority.id):
        assert admission.person_id == cast["ture"]
        assert not Admission.objects.filter(user_id__isnull=False).exists()


def test_the_account_closes_when_the_visit_is_over(cast: Cast) -> None:
    admission = let_in(cast)
    path = link_for(cast, admission)
    with within(cast.authority.id):
        actor = cast.actor("alva")
        assert close_ended(today=FRIDAY, by=actor) == 0
        assert close_ended(today=FRIDAY + timedelta(days=1), by=actor) == 1
        assert not User.objects.get(person_id=admission.person_id).is_active
    assert visit(cast, None).get(path).status_code == 410


def test_undo_end_and_renew_are_one_click_each(cast: Cast) -> None:
    act(cast, let_in(cast), "undo")
    with within(cast.authority.id):
        assert not Admission.objects.exists()
    admission = let_in(cast)
    act(cast, admission, "renew", end_date=(TODAY + timedelta(days=20)).isoformat())
    with within(cast.authority.id):
        assert Admission.objects.get().end_date == TODAY + timedelta(days=20)
    act(cast, admission, "end")
    with within(cast.authority.id):
        assert not groups_taught_by(admission.person_id, today=TODAY).exists()


@pytest.mark.parametrize("who", ["tove", "elsa", "gustav"])
def test_others_never_come_in(cast: Cast, who: str) -> None:
    text_of(visit(cast, who), f"/dagens-personal/{cast['bjork']}/", status=403)


def test_another_schools_page_is_not_there_for_a_principal(cast: Cast) -> None:
    for path in ("", "slapp-in/", "ledig/"):
        text_of(visit(cast, "petra"), f"/dagens-personal/{cast['lund']}/{path}", status=404)


def test_a_leave_is_registered_shown_and_ended(cast: Cast) -> None:
    path = f"/dagens-personal/{cast['bjork']}/ledig/"
    sent = {"duty": str(cast["duty_tove"]), "start_date": TODAY.isoformat(), "end_date": ""}
    assert visit(cast, "petra").post(path, sent).status_code == 302
    assert "från 23 november 2026 tills vidare" in text_of(visit(cast, "petra"), path)
    text_of(visit(cast, "tove"), f"/klasser/{cast['class_5b']}/", status=403)
    with within(cast.authority.id):
        held = DutyLeave.objects.get()
    visit(cast, "petra").post(path, {"end": str(held.pk)})
    assert "Ingen är ledig" in text_of(visit(cast, "petra"), path)
    text_of(visit(cast, "tove"), f"/klasser/{cast['class_5b']}/")
