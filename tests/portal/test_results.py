"""What a service has returned is seen by who teaches the class and by the pupil, as it was written; by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kateder.core import clock
from kateder.core.tenancy import within
from kateder.provisioning.models import GradebookRecord
from tests.cast import Cast
from tests.offer import Offer
from tests.portal.visits import text_of, visit


def write(cast: Cast, offer: Offer, kind: str, sourced_id: str, doc: dict[str, Any], **more: Any) -> None:
    now = clock.now() + timedelta(seconds=more.pop("later", 0))
    with within(cast.authority.id):
        GradebookRecord.objects.create(
            id=uuid4(), service=offer.service, kind=kind, sourced_id=sourced_id, doc=doc, written_by="test",
            created_at=now, modified_at=now, group_id=cast["class_5b"], **more,
        )  # fmt: skip


@pytest.fixture
def returned(cast: Cast, in_use: Offer) -> Offer:
    item = {"title": "Bråk, diagnos", "dueDate": "2026-11-20T08:00:00Z", "resultValueMax": 20}
    write(cast, in_use, "lineItems", "li-1", item)
    for number, (name, score) in enumerate((("elsa", 12.0), ("elsa", 17.5), ("sami", 9))):
        doc = {"score": score, "scoreStatus": "fully graded", "comment": "Bra <b>jobbat</b>"}
        write(cast, in_use, "results", f"r-{number}", doc, line_item="li-1", person_id=cast[name], later=number)
    return in_use


def path(cast: Cast) -> str:
    return f"/klasser/{cast['class_5b']}/resultat/"


def test_the_teacher_of_the_class_sees_the_last_result_of_each_as_it_was_written(cast: Cast, returned: Offer) -> None:
    tove = visit(cast, "tove")
    assert "/resultat/" in text_of(tove, f"/klasser/{cast['class_5b']}/")
    page = text_of(tove, path(cast))
    for shown in ("Bråk, diagnos", returned.service.name, "Elsa Åberg", "17,5 / 20", "9 / 20", "Bedömd"):
        assert shown in page
    assert "12 / 20" not in page
    assert "<b>jobbat</b>" not in page


@pytest.mark.parametrize("who", ["ture", "petra", "alva"])
def test_nobody_else_at_the_school_or_the_authority_sees_them(cast: Cast, returned: Offer, who: str) -> None:
    client = visit(cast, who)
    assert client.get(path(cast)).status_code in {403, 404}
    page = client.get(f"/klasser/{cast['class_5b']}/")
    assert "/resultat/" not in page.content.decode()


def test_a_pupil_sees_their_own_and_nobody_elses(cast: Cast, returned: Offer) -> None:
    elsa = visit(cast, "elsa")
    assert "/mina-resultat/" in text_of(elsa, "/")
    page = text_of(elsa, "/mina-resultat/")
    assert "17,5 / 20" in page
    assert "9 / 20" not in page
    assert elsa.get(path(cast)).status_code == 403
    assert visit(cast, "tove").get("/mina-resultat/").status_code == 403


def test_what_was_taken_back_is_shown_to_nobody(cast: Cast, returned: Offer) -> None:
    with within(cast.authority.id):
        GradebookRecord.objects.filter(kind="lineItems").update(doc=None, gone_at=clock.now())
    tove = visit(cast, "tove")
    assert "Bråk" not in text_of(tove, path(cast))
    assert "/resultat/" not in text_of(tove, f"/klasser/{cast['class_5b']}/")


def test_the_page_costs_the_same_however_many_have_results(
    cast: Cast, returned: Offer, django_assert_max_num_queries: Any
) -> None:
    tove = visit(cast, "tove")
    for number in range(30):
        write(cast, returned, "lineItems", f"more-{number}", {"title": f"Uppgift {number}"}, later=number)
    text_of(tove, path(cast))
    with django_assert_max_num_queries(25):
        page = text_of(tove, path(cast))
    assert page.count("Uppgift") < 60, "ten at a time"
