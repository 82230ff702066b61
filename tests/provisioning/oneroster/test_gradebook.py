"""A service returns results of its pupils, and reads them back; of nobody else, and not without an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.protocols.oneroster import resources
from kateder.protocols.oneroster.resources import GRADEBOOK
from kateder.provisioning.models import GradebookRecord
from kateder.provisioning.oneroster import upkeep
from kateder.provisioning.oneroster.gradebook_views import GATES
from kateder.register.api import set_local_protection
from tests.cast import Cast
from tests.offer import Offer
from tests.provisioning.oneroster.calling import Consumer, consumer

BASE = "/ims/oneroster/gradebook/v1p2/"
SCOPES = (
    resources.ROSTER, resources.GRADES, resources.PUT_GRADES, resources.POST_GRADES, resources.DELETE_GRADES,
)  # fmt: skip
Object = dict[str, Any]


class Book:
    """A service with its class, and how it writes about it."""

    def __init__(self, reads: Consumer) -> None:
        self.reads = reads
        (self.room,), (self.school,) = reads.get("classes"), reads.get("schools")
        self.pupils = reads.ids("students")
        self.teacher = reads.ids("teachers")[0]

    def ask(self, path: str, **more: Any) -> Any:
        return self.reads.ask(path, base=BASE, **more)

    def get(self, path: str, **query: object) -> list[Object]:
        return self.reads.get(path, base=BASE, **query)

    def put(self, path: str, id_: str, more: Object) -> int:
        single = GRADEBOOK[path].single
        return int(self.ask(f"{path}/{id_}", method="PUT", body={single: {"sourcedId": id_, **more}}).status_code)

    def item(self, id_: str = "li-1", **more: Any) -> int:
        """Put a category and a line item in it."""
        self.put("categories", "cat", {"title": "Prov", "weight": 0.5})
        return self.put("lineItems", id_, self.line_item() | more)

    def line_item(self) -> Object:
        return {
            "title": "Bråk, diagnos", "assignDate": "2026-11-01T08:00:00Z", "dueDate": "2026-11-20T08:00:00Z",
            "class": {"sourcedId": self.room["sourcedId"]}, "school": {"sourcedId": self.school["sourcedId"]},
            "category": {"sourcedId": "cat"}, "resultValueMin": 0, "resultValueMax": 20,
        }  # fmt: skip

    def result(self, pupil: int = 0, **more: Any) -> Object:
        return {
            "lineItem": {"sourcedId": "li-1"}, "student": {"sourcedId": self.pupils[pupil]},
            "scoreStatus": "fully graded", "score": 17.5, "scoreDate": "2026-11-20", **more,
        }  # fmt: skip


@pytest.fixture
def book(reads: Consumer) -> Book:
    return Book(consumer(reads.authority, service_id=reads.client.service_id, scopes=SCOPES))


def test_results_are_written_and_read_back_by_class_pupil_and_line_item(book: Book) -> None:
    room, pupil = book.room["sourcedId"], book.pupils[0]

    assert book.item() == 201
    assert book.put("results", "r-1", book.result()) == 201
    assert book.put("results", "r-2", book.result(1, textScore="G", comment="Bra!\nFortsätt.", late="true")) == 201

    (one,) = book.get(f"classes/{room}/students/{pupil}/results")
    assert (one["score"], one["scoreStatus"], one["status"]) == (17.5, "fully graded", "active")
    assert one["student"] == {
        "href": f"http://{book.reads.authority.slug}.test/ims/oneroster/rostering/v1p2/users/{pupil}",
        "sourcedId": pupil, "type": "user",
    }  # fmt: skip
    assert one["lineItem"]["href"].endswith("/ims/oneroster/gradebook/v1p2/lineItems/li-1")
    assert [r["sourcedId"] for r in book.get("results", filter="late='true'")] == ["r-2"]
    assert len(book.get(f"classes/{room}/results")) == len(book.get(f"classes/{room}/lineItems/li-1/results")) == 2
    assert [r["sourcedId"] for r in book.get("results", filter="score>'9.5'", sort="sourcedId")] == ["r-1", "r-2"]
    assert [c["title"] for c in book.get(f"classes/{room}/categories")] == ["Prov"]
    assert book.get(f"classes/{room}/lineItems")[0]["dueDate"] == "2026-11-20T08:00:00.000Z"
    for name in ("categories", "lineItems", "results"):
        for found in book.get(name):
            assert GRADEBOOK[name].required <= found.keys() <= GRADEBOOK[name].attributes.keys()


def test_putting_again_replaces(book: Book) -> None:
    book.item()
    book.put("results", "r-1", book.result(score=3))
    book.put("results", "r-1", book.result(score=19))

    (one,) = book.get("results")
    assert one["score"] == 19


def test_what_is_posted_gets_ids_that_are_the_same_when_it_is_posted_again(book: Book) -> None:
    book.put("categories", "cat", {"title": "Prov"})
    items = [{"sourcedId": f"mine-{n}", **book.line_item(), "class": None} for n in range(2)]
    path = f"classes/{book.room['sourcedId']}/lineItems"

    first = book.ask(path, method="POST", body={"lineItems": items})
    again = book.ask(path, method="POST", body={"lineItems": items})

    assert (first.status_code, again.status_code) == (201, 201)
    pairs = first.json()["sourcedIdPairs"]
    assert pairs == again.json()["sourcedIdPairs"]
    assert [pair["suppliedSourcedId"] for pair in pairs] == ["mine-0", "mine-1"]
    assert {one["sourcedId"] for one in book.get(path)} == {pair["allocatedSourcedId"] for pair in pairs}
    results = [book.result(n, lineItem=None, sourcedId=f"r-{n}") for n in range(2)]
    done = book.ask(f"lineItems/{pairs[0]['allocatedSourcedId']}/results", method="POST", body={"results": results})
    assert done.status_code == 201
    assert len(book.get("results")) == 2


def test_nothing_of_what_is_posted_is_kept_when_one_of_it_is_wrong(book: Book) -> None:
    book.item()
    results = [book.result(0, sourcedId="a"), book.result(1, sourcedId="b", scoreStatus="brilliant")]

    response = book.ask("lineItems/li-1/results", method="POST", body={"results": results})

    assert response.status_code == 422
    assert book.get("results") == []


def test_what_is_deleted_is_a_removal_and_a_line_item_takes_its_results_along(book: Book) -> None:
    book.item()
    book.put("results", "r-1", book.result(comment="Om Elsa"))

    assert book.ask("lineItems/li-1", method="DELETE").status_code == 204

    assert book.get("results") == book.get("lineItems") == []
    (gone,) = book.get("results", filter="status='tobedeleted'")
    assert (gone["sourcedId"], gone["status"]) == ("r-1", "tobedeleted")
    assert "comment" not in gone
    with within(book.reads.authority.id):
        assert GradebookRecord.objects.filter(doc__isnull=False).values_list("kind", flat=True).get() == "categories"


def test_nothing_is_taken_about_somebody_whom_the_service_may_not_know(cast: Cast, book: Book) -> None:
    book.item()
    unknown = str(cast["class_5b"])

    assert book.put("results", "r-1", book.result(student={"sourcedId": str(cast["elsa"])})) == 422
    assert book.put("results", "r-1", book.result(student={"sourcedId": str(cast["olle"])})) == 422
    assert book.put("results", "r-1", book.result(student={"sourcedId": book.teacher})) == 422
    assert book.put("lineItems", "li-2", book.line_item() | {"class": {"sourcedId": unknown}}) == 422
    assert book.put("lineItems", "li-2", book.line_item() | {"category": {"sourcedId": "other"}}) == 422
    assert book.ask(f"classes/{unknown}/results").status_code == 404
    assert book.get("results") == []


def test_results_of_who_leaves_are_no_longer_given_back(cast: Cast, offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    book = Book(consumer(cast.authority, service_id=offer.service.id, scopes=SCOPES))
    book.item()
    assert book.put("results", "r-1", book.result()) == 201

    set_local_protection(cast["elsa"], protected=True, rule="r", actor=Actor.system("test"))

    assert book.get("results") == []
    assert book.ask("results/r-1").status_code == 404
    assert GradebookRecord.objects.get(kind="results").person_id == cast["elsa"]


def test_another_service_sees_nothing_of_it(cast: Cast, book: Book) -> None:
    from tests.offer import make_offer

    book.item()
    with within(cast.authority.id):
        second = make_offer(cast, slug="skrivresan")
        second.allow()
        second.assign(second.lot(), "class_5b")
    other = consumer(cast.authority, service_id=second.service.id, scopes=SCOPES)

    assert other.get("lineItems", base=BASE) == []
    assert other.ask("lineItems/li-1", base=BASE).status_code == 404
    assert other.ask("lineItems/li-1", base=BASE, method="DELETE").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "results", (resources.ROSTER,)),
        ("PUT", "categories/x", (resources.GRADES, resources.POST_GRADES)),
        ("DELETE", "categories/x", (resources.GRADES, resources.PUT_GRADES)),
        ("POST", "lineItems/x/results", (resources.PUT_GRADES,)),
        ("GET", "classes/x/results", (resources.GRADES_CORE,)),
    ],
)
def test_each_thing_needs_its_scope(reads: Consumer, method: str, path: str, scopes: Sequence[str]) -> None:
    other = consumer(reads.authority, service_id=reads.client.service_id, scopes=scopes)

    assert other.ask(path, base=BASE, method=method, body={}).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": "17"}, {"score": True}, {"score": 10**10}, {"scoreStatus": "brilliant"}, {"scoreDate": "yesterday"},
        {"scoreDate": "2026-02-30"}, {"late": True}, {"comment": "x" * 2001}, {"textScore": "\x00"}, {"shoeSize": 40},
        {"student": "elsa"}, {"student": {"sourcedId": ""}}, {"student": {"sourcedId": "x", "type": "org"}},
        {"student": None}, {"status": "tobedeleted"}, {"sourcedId": "other"}, {"lineItem": {"sourcedId": "none"}},
        {"comment": {"a": 1}}, {"learningObjectiveSet": 1, "score": []},
    ],
)  # fmt: skip
def test_what_the_standard_does_not_allow_is_refused_by_the_attributes_name(book: Book, wrong: Object) -> None:
    book.item()

    response = book.ask("results/r-1", method="PUT", body={"result": {"sourcedId": "r-1", **book.result(), **wrong}})

    assert response.status_code == 422
    minor = response.json()["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"]
    assert minor == "invaliddata"
    assert "brilliant" not in response.content.decode()
    assert book.get("results") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"[]", 422), (b"{}", 422), (b'{"category": 1}', 422), (b"[" * 5000, 400),
        (b" " * 2**20 + b"{}", 413),
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_refused(book: Book, body: bytes, status: int) -> None:
    from django.test import Client

    response = Client().put(
        f"{BASE}categories/cat", body, content_type="application/json",
        headers={"authorization": f"Bearer {book.reads.token}", "host": f"{book.reads.authority.slug}.test"},
    )  # fmt: skip

    assert response.status_code == status
    assert response.json()["imsx_codeMajor"] == "failure"


def test_there_is_an_end_to_how_much_is_taken(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    from kateder.provisioning.oneroster import gradebook

    monkeypatch.setattr(gradebook, "MOST", {**gradebook.MOST, "results": 2})
    book.item()

    assert [book.put("results", f"r-{n}", book.result()) for n in range(3)] == [201, 201, 422]
    assert book.put("results", "r-1", book.result(score=1)) == 201
    assert book.put("results", "r-9", book.result(1)) == 201


def test_what_was_written_is_audited_by_counts_and_forgotten_after_two_years(book: Book) -> None:
    from kateder.core.models import AuditEvent

    book.item()
    book.put("results", "r-1", book.result(comment="hemligt"))

    with within(book.reads.authority.id):
        written = AuditEvent.objects.filter(event="gradebook.written").values_list("details", flat=True)
        assert [one["resource"] for one in written] == ["categories", "lineItems", "results"]
        assert "hemligt" not in repr(list(written))
        assert upkeep.forget_in(now=clock.now()) == 0
        assert upkeep.forget_in(now=clock.now() + timedelta(days=731)) == 3


def test_every_address_refuses_the_methods_that_it_has_not(book: Book) -> None:
    for gate in GATES:
        response = book.ask(gate.address.replace("{id}", "x"), method="PATCH", body={})
        assert response.status_code == 405
        assert response["Allow"]
