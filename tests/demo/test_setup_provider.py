"""The demo's provider is connected through the doors that any provider would be, and knows no name afterwards."""

from datetime import date
from pathlib import Path

import pytest

from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.demo.provider.store import read_store
from kateder.demo.setup.steps import Surroundings, set_up
from kateder.demo.synthetic import CAST
from kateder.governance import api as governance
from kateder.licences import api as licences
from kateder.provisioning.models import DeliveryRun, RunState, Target
from kateder.register.models import Person
from kateder.sources.models import SourceLink

TODAY = date(2026, 11, 23)


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    """A folder of its own, and free ports for the provider."""
    return Surroundings(data_dir=tmp_path, issuer="http://localhost:8000", pages_port=0, scim_port=0)


def test_setting_up_twice_delivers_everybody_who_is_entitled_once(authority: Authority, around: Surroundings) -> None:
    said: list[str] = []
    for _ in range(2):
        set_up(authority, around=around, today=TODAY, pupils=120, say=said.append)
    assert len(said) == 3
    with within(authority.id):
        target = Target.objects.get()
        assert [run.state for run in DeliveryRun.objects.all()][-1] == RunState.SUCCEEDED
        entitled = licences.entitled(target.service_id, today=TODAY)
        released = [
            one
            for one in governance.release_many(target.service_id, entitled, today=TODAY)
            if isinstance(one, governance.Released)
        ]
    store = read_store(around.provider_state / "log.jsonl")
    assert set(store.resources["Users"]) == {str(one.subject) for one in released}


def test_the_provider_has_not_been_given_the_name_or_number_of_anybody(
    authority: Authority, around: Surroundings
) -> None:
    set_up(authority, around=around, today=TODAY, pupils=120)
    given = (around.provider_state / "log.jsonl").read_text(encoding="utf-8")
    with within(authority.id):
        people = list(Person.objects.all())
        alva = SourceLink.objects.get(key=CAST["alva"]).root_id
    secrets = {person.civic_no for person in people if person.civic_no}
    secrets |= {mail for person in people for mail in (*person.emails, *person.edu_person_principal_names)}
    # Shorter names are also parts of other words; the flow tests compare whole words.
    secrets |= {name for person in people for name in (person.given_name, person.family_name) if len(name) > 6}
    secrets |= {str(alva), CAST["alva"]}
    assert [one for one in secrets if one in given] == []
