"""A service may be given the ids of one of the school's own systems: by choice, with grounds, and never twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.cast import TODAY
from tests.offer import Offer
from typer.testing import CliRunner

from kateder.governance import api as governance
from kateder.governance.api import Field, FieldChoice, Level, ProtectedRule, Released
from kateder.governance.changes import IdsNeedField, rotate
from kateder.governance.models import Pseudonym
from kateder.governance.release import release_many
from kateder.governance.service_cli import app
from kateder.licences import api as licences
from kateder.sources import api as sources
from kateder.sources.models import SourceLink

GROUNDS = (FieldChoice(Field.SOURCE_ID, "Konton finns redan", "Bilaga 1"),)


@pytest.fixture
def system(offer: Offer) -> UUID:
    """The school system, a source."""
    return sources.add_source(kind="egil_in", name="Skolsystemet", settings={}, actor=offer.by).pk


def known_as(offer: Offer, system: UUID, name: str, key: str, *, entity: str = "person") -> None:
    SourceLink.objects.create(source_id=system, entity=entity, key=key, root_id=offer.cast[name], content_hash=b"1")


def choose(offer: Offer, system: UUID | None, **more: Any) -> None:
    governance.set_policy(
        offer.service.id, level=Level.FIELDS, by=offer.by, ids_from=system, fields=more.pop("fields", GROUNDS), **more
    )


def subjects(offer: Offer, *, today: date = TODAY) -> dict[UUID, UUID]:
    entitled = licences.entitled(offer.service.id, today=today)
    outcomes = release_many(offer.service.id, entitled, today=today)
    return {one.person_id: one.subject for one in outcomes if isinstance(one, Released)}


@pytest.fixture
def allowed(offer: Offer) -> Offer:
    offer.allow(Level.PAIRWISE)
    offer.assign(offer.lot(), "class_5b")
    return offer


def test_who_is_new_gets_the_id_of_the_chosen_source_and_others_a_pseudonym(allowed: Offer, system: UUID) -> None:
    elsa = uuid4()
    known_as(allowed, system, "elsa", str(elsa).upper())
    known_as(allowed, system, "tove", "tove-17")
    choose(allowed, system)
    found = subjects(allowed)
    assert found[allowed.cast["elsa"]] == elsa
    assert found[allowed.cast["tove"]].version == 5, "a key that is no UUID is no id"


def test_a_changed_choice_makes_no_second_account(allowed: Offer, system: UUID) -> None:
    before = subjects(allowed)
    known_as(allowed, system, "elsa", str(uuid4()))
    choose(allowed, system)
    assert subjects(allowed) == before
    choose(allowed, None)
    assert subjects(allowed) == before


def test_rotating_gives_everybody_the_chosen_id(allowed: Offer, system: UUID) -> None:
    before, elsa = subjects(allowed), uuid4()
    known_as(allowed, system, "elsa", str(elsa))
    choose(allowed, system)
    rotate(allowed.service.id, by=allowed.by)
    after = subjects(allowed)
    assert after[allowed.cast["elsa"]] == elsa
    assert set(after.values()).isdisjoint(before.values())


def test_without_grounds_there_is_no_such_choice_and_it_ends_with_them(allowed: Offer, system: UUID) -> None:
    known_as(allowed, system, "elsa", str(uuid4()))
    with pytest.raises(IdsNeedField):
        choose(allowed, system, fields=())
    ended = FieldChoice(Field.SOURCE_ID, "Konton finns redan", "Bilaga 1", date(2026, 1, 1))
    choose(allowed, system, fields=(ended,))
    assert subjects(allowed)[allowed.cast["elsa"]].version == 5


def test_a_protected_person_never_gets_an_id_of_the_schools(allowed: Offer, system: UUID) -> None:
    sami = uuid4()
    known_as(allowed, system, "sami", str(sami))
    choose(allowed, system, protected_rule=ProtectedRule.ALIAS)
    found = subjects(allowed)
    assert allowed.cast["sami"] in found
    assert sami not in found.values()


def test_an_id_that_is_somebody_elses_at_the_service_is_not_given_again(allowed: Offer, system: UUID) -> None:
    theirs = uuid4()
    Pseudonym(service=allowed.service, epoch=1, kind="person", root_id=uuid4(), released_id=theirs).save(
        force_insert=True
    )
    known_as(allowed, system, "elsa", str(theirs))
    choose(allowed, system)
    assert subjects(allowed)[allowed.cast["elsa"]] != theirs


def test_schools_and_groups_have_the_ids_of_the_source_too(allowed: Offer, system: UUID) -> None:
    group = uuid4()
    known_as(allowed, system, "class_5b", str(group), entity="group")
    choose(allowed, system)
    context = governance.release_context(allowed.service.id, today=TODAY, groups=[allowed.cast["class_5b"]])
    assert context.groups[allowed.cast["class_5b"]].released_id == group


def test_the_data_flows_say_that_the_id_is_no_pseudonym(allowed: Offer, system: UUID) -> None:
    (flow,) = governance.data_flows(today=TODAY)
    assert flow.cells["identity"].knows == "pseudonym"
    choose(allowed, system)
    (flow,) = governance.data_flows(today=TODAY)
    assert (flow.cells["identity"].knows, flow.cells["identity"].purpose) == ("yes", "Konton finns redan")


def test_new_ids_are_asked_about_and_given_on_the_command_line(allowed: Offer, system: UUID) -> None:
    before, elsa = subjects(allowed), uuid4()
    known_as(allowed, system, "elsa", str(elsa))
    choose(allowed, system)
    command = ["new-ids", allowed.service.slug, "--authority", allowed.cast.authority.slug]
    assert CliRunner().invoke(app, command, input="n\n").exit_code == 1
    assert subjects(allowed) == before
    assert CliRunner().invoke(app, command, input="y\n").exit_code == 0
    assert subjects(allowed)[allowed.cast["elsa"]] == elsa
