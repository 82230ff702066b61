"""What an authority gives as OneRoster, our own OneRoster source takes: the entitled of a service and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.governance.api import Display, Field, FieldChoice, GroupNames, Level
from kateder.protocols.oneroster.resources import CORE, ROSTER
from kateder.register.api import set_local_protection
from kateder.sources import api, http
from kateder.trust.api import add_client
from tests.cast import Cast
from tests.flows.test_neighbours import GENEROUS, answering, run
from tests.offer import Offer
from tests.sources.https import serving

if TYPE_CHECKING:
    from kateder.core.models import Authority
    from kateder.sources.models import Source

APPROVED = (
    Field.GIVEN_NAME, Field.FAMILY_NAME, Field.EMAILS, Field.USER_NAME, Field.SCHOOL_YEAR, Field.SCHOOL_TYPE,
    Field.SCHOOL_UNIT, Field.GROUP_TYPE,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)


@pytest.fixture
def source(cast: Cast, other_authority: Authority) -> Iterator[Source]:
    """The neighbour reads what class 5B's service may know."""
    from tests.offer import make_offer

    with within(cast.authority.id):
        offer: Offer = make_offer(cast)
        fields = [FieldChoice(field, "undervisning", "4.1") for field in APPROVED]
        offer.allow(level=Level.FIELDS, display=Display.FULL_NAME, fields=fields, group_names=GroupNames.REAL)
        offer.assign(offer.lot(), "class_5b")
        given = add_client(
            "neighbour", by=Actor.system("test"), now=clock.now(), service_id=offer.service.id, rate=None,
            profile={"api": "oneroster"}, scopes=(CORE, ROSTER),
        )  # fmt: skip
    with serving(answering(cast.authority)) as https:
        settings = {
            "address": f"{https.address}/ims/oneroster/rostering/v1p2", "authorisation": "oauth2", "page_size": 2,
            "token_address": f"{https.address}/oauth/token", "client_id": str(given.client_id),
            "client_secret": given.client_secret, "server_authorities": https.identity.certificate,
        }  # fmt: skip
        with within(other_authority.id):
            made = api.add_source(
                kind="oneroster_rest", name="OneRoster", limits=GENEROUS, actor=Actor.system("test"), settings=settings
            )
        yield made


def test_a_neighbour_reads_the_entitled_of_a_service_and_what_changes(
    source: Source, cast: Cast, other_authority: Authority
) -> None:
    from kateder.register.models import ActivityTeacher, Enrolment, Group, GroupMembership, Person

    with within(other_authority.id):
        actor = Actor.system("test")
    assert all(step.ok for step in api.check(source.pk, actor=actor))
    done = run(source, today=clock.today())

    assert (done.state, done.counts["set_aside"]) == ("applied", 0)
    with within(other_authority.id):
        people = set(Person.objects.values_list("given_name", "family_name"))
        assert people == {("Elsa", "Åberg"), ("Tove", "Lind")}
        assert Group.objects.values_list("display_name", "group_type").get() == ("5B", "Klass")
        enrolment = Enrolment.objects.get()
        assert (enrolment.school_type, enrolment.school_year) == ("GR", 5)
        assert enrolment.enroled_at.school_unit_code == "11111111"
        assert GroupMembership.objects.get().person.given_name == "Elsa"
        assert ActivityTeacher.objects.get().duty.person.given_name == "Tove"
    with within(cast.authority.id):
        set_local_protection(cast["elsa"], protected=True, rule="r", actor=Actor.system("test"))
    changed = run(source, today=clock.today())

    assert changed.counts["changes"]["person"] == {"remove": 1}
    assert changed.counts["changes"]["membership"] == {"remove": 1}
