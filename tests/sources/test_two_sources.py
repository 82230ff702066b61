"""Several sources: one person once, and the source that was added first has the attributes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.conftest import GENEROUS, TODAY, AddSource, Run
from tests.sources.folder import Folder

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources import api
from kateder.sources.errors import BadLimits, CheckFailed, NameTaken
from kateder.sources.models import RunState, Source


@pytest.fixture
def staff(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The staff system: only Tove, with another key and another spelling."""
    folder = Folder.small(tmp_path_factory.mktemp("staff"))
    tove = folder.row("persons", 2) | {"id": "hr-1", "givenName": "Tove-Maria"}
    folder.files = {"organisations": folder.files["organisations"], "persons": [tove]}
    for path in folder.path.iterdir():
        path.unlink()
    folder.write()
    return folder


@pytest.fixture
def second(authority: Authority, actor: Actor, add_source: AddSource, run: Run, staff: Folder) -> Source:
    """The staff system, added after the school system has run."""
    run(add_source())
    with within(authority.id):
        return api.add_csv_source(name="Personal", folder=staff.path, limits=GENEROUS, actor=actor)


def test_a_person_known_by_number_is_one_person(authority: Authority, actor: Actor, second: Source) -> None:
    done = api.run(second.pk, actor=actor, today=TODAY)
    assert (done.state, done.counts["recognised"]) == (RunState.APPLIED, 1)
    with within(authority.id):
        assert Person.objects.filter(civic_no="198501202389").count() == 1
        assert Person.objects.get(civic_no="198501202389").given_name == "Tove"


def test_a_person_goes_only_when_no_source_delivers_them(
    authority: Authority, actor: Actor, folder: Folder, second: Source, staff: Folder
) -> None:
    api.run(second.pk, actor=actor, today=TODAY)
    with within(authority.id):
        first = Source.objects.get(name="Skolsystemet")
    folder.remove("persons", id="tove")
    folder.remove("duties", person="tove")
    folder.row("activities")["duties"] = ""
    folder.files["duties"] = [{"id": "", "person": "", "dutyAt": "", "dutyRole": "", "startDate": ""}]
    folder.write()
    (folder.path / "duties.csv").write_text("id,person,dutyAt,dutyRole,startDate\n")
    held = api.run(first.pk, actor=actor, today=TODAY)
    assert held.plan is not None
    with within(authority.id):
        api.approve_plan(held.plan.pk, actor=actor)
    api.apply_plan(held.plan.pk, actor=actor)
    with within(authority.id):
        assert Person.objects.filter(civic_no="198501202389").exists()
    staff.files["persons"] = []
    (staff.path / "persons.csv").write_text("id,givenName,familyName\n")
    gone = api.run(second.pk, actor=actor, today=TODAY)
    assert gone.plan is not None
    with within(authority.id):
        api.approve_plan(gone.plan.pk, actor=actor)
    api.apply_plan(gone.plan.pk, actor=actor)
    with within(authority.id):
        assert not Person.objects.filter(civic_no="198501202389").exists()


def test_two_sources_do_not_share_a_name(authority: Authority, actor: Actor, second: Source) -> None:
    with within(authority.id), pytest.raises(NameTaken):
        api.add_csv_source(name="Personal", folder=Path(str(second.settings["folder"])), actor=actor)


def test_a_folder_that_is_not_there_is_refused_at_once(authority: Authority, actor: Actor, tmp_path: Path) -> None:
    with within(authority.id), pytest.raises(CheckFailed, match="finns inte"):
        api.add_csv_source(name="x", folder=tmp_path / "nowhere", actor=actor)


@pytest.mark.parametrize("limits", [{"max_share": 2}, {"max_cuont": 1}, {"per_kind": {"person": 3}}])
def test_impossible_limits_are_refused(
    authority: Authority, actor: Actor, folder: Folder, limits: dict[str, object]
) -> None:
    with within(authority.id), pytest.raises(BadLimits):
        api.add_csv_source(name="x", folder=folder.path, limits=limits, actor=actor)
