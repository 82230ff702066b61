"""A service file is refused when it is not understood, carried out once, and does what the handbook says."""

import re
from datetime import date
from pathlib import Path

import pytest

from kateder.catalogue.models import Provider, Resource, Service
from kateder.core import feed
from kateder.core.actors import Actor
from kateder.governance import api as governance
from kateder.governance.models import Agreement, Decision, ReleasePolicy
from kateder.governance.service_files import ServiceFileUnreadable, ServiceFileWrong, read_service_file, take_in
from kateder.governance.service_files.taking_in import NoSuchSource
from kateder.sources import api as sources

TODAY = date(2026, 11, 23)
PAGE = (Path(__file__).parents[2] / "docs" / "handbok" / "tjanstefil.md").read_text(encoding="utf-8")
EXAMPLE, FIELDS = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)


def with_fields() -> str:
    return EXAMPLE.split("[release]")[0] + FIELDS


def test_a_misspelt_key_is_refused_with_its_place() -> None:
    with pytest.raises(ServiceFileWrong, match=r"service\.lunch_uri"):
        read_service_file(EXAMPLE.replace("launch_uri", "lunch_uri"))


def test_text_that_is_not_toml_is_refused() -> None:
    with pytest.raises(ServiceFileUnreadable):
        read_service_file("[service")


@pytest.mark.usefixtures("tenant")
def test_the_example_of_the_handbook_opens_the_service() -> None:
    taken = take_in(read_service_file(EXAMPLE), by=Actor.system("test"))
    verdict = governance.verdict(taken.service_id, today=TODAY)
    assert verdict.may_create
    assert Resource.objects.get(title="Räkneresan 5").service_id == taken.service_id
    assert Resource.objects.get(title="Räkneresan 5, boken").service_id is None


@pytest.mark.usefixtures("tenant")
def test_a_service_without_agreement_and_decision_gets_no_data() -> None:
    bare = EXAMPLE.split("[[agreement]]")[0]
    taken = take_in(read_service_file(bare), by=Actor.system("test"))
    assert not governance.verdict(taken.service_id, today=TODAY).may_create


@pytest.mark.usefixtures("tenant")
def test_the_same_file_again_changes_nothing() -> None:
    take_in(read_service_file(with_fields()), by=Actor.system("test"))
    before = feed.position()
    taken = take_in(read_service_file(with_fields()), by=Actor.system("test"))
    assert taken.done == []
    assert feed.position() == before
    assert [model.objects.count() for model in (Provider, Service, Resource, Agreement, Decision)] == [1, 1, 2, 1, 1]


@pytest.mark.usefixtures("tenant")
def test_a_changed_release_is_taken_over_and_nothing_else() -> None:
    take_in(read_service_file(EXAMPLE), by=Actor.system("test"))
    taken = take_in(read_service_file(with_fields()), by=Actor.system("test"))
    assert taken.done == ["release policy"]
    policy = governance.policy_of(taken.service_id, today=TODAY)
    assert set(policy.approved) == {governance.Field.GIVEN_NAME, governance.Field.SCHOOL_YEAR}
    assert policy.display is governance.Display.GIVEN_NAME


@pytest.mark.usefixtures("tenant")
def test_a_changed_launch_address_is_taken_over() -> None:
    take_in(read_service_file(EXAMPLE), by=Actor.system("test"))
    moved = EXAMPLE.replace("https://larkan.example/start", "https://larkan.example/in")
    taken = take_in(read_service_file(moved), by=Actor.system("test"))
    assert taken.done == ["service launch"]
    assert Service.objects.get(id=taken.service_id).launch_uri == "https://larkan.example/in"


@pytest.mark.usefixtures("tenant")
def test_a_file_can_choose_whose_ids_are_given_and_names_a_source_that_is_there() -> None:
    by = Actor.system("test")
    text = with_fields().replace('level = "fields"', 'level = "fields"\nids_from = "Skolsystemet"', 1)
    text += '\n[[release.field]]\nfield = "source_id"\npurpose = "Konton finns redan"\nclause = "PUB-avtalet 3.4"\n'
    with pytest.raises(NoSuchSource):
        take_in(read_service_file(text), by=by)
    source = sources.add_source(kind="egil_in", name="Skolsystemet", settings={}, actor=by)
    taken = take_in(read_service_file(text), by=by)
    assert ReleasePolicy.objects.get(service_id=taken.service_id).ids_from_id == source.pk
    assert take_in(read_service_file(text), by=by).done == []
