"""The demo's register comes in through a source like any other, and its licences show what they are meant to show."""

from datetime import date
from pathlib import Path

import pytest

from kateder.core.actors import Actor, Role
from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.demo.setup import register
from kateder.demo.setup.accounts import add_accounts
from kateder.demo.setup.licences import FOR_5B, give_licences
from kateder.demo.setup.services import add_services
from kateder.demo.synthetic import CAST
from kateder.licences import api as licences
from kateder.register.access import actor_for
from kateder.register.api import members
from kateder.register.models import Person
from kateder.sources import api as sources
from kateder.sources.models import SourceRun

TODAY = date(2026, 11, 23)


@pytest.fixture
def demo(authority: Authority, tmp_path: Path) -> Authority:
    """The register of a small demo."""
    with within(authority.id):
        by = Actor.system("demo")
    register.fill_register(tmp_path / "export", pupils=150, today=TODAY, by=by)
    return authority


def fill(authority: Authority) -> None:
    by = Actor.system("demo")
    service_id = add_services(pages="http://127.0.0.1:8100", today=TODAY, by=by)
    roots = register.roots_of_cast()
    give_licences(service_id, roots=roots, today=TODAY, by=by)
    add_accounts(roots=roots, by=by)


def test_everything_generated_is_taken_in_and_nothing_set_aside(demo: Authority, tmp_path: Path) -> None:
    with within(demo.id):
        run = SourceRun.objects.earliest("started_at")
        assert (run.state, run.counts["set_aside"]) == ("applied", 0)
        lines = (tmp_path / "export" / "persons.csv").read_text(encoding="utf-8").splitlines()
        assert Person.objects.count() == len(lines) - 1


def test_the_register_is_filled_once_it_is_applied(demo: Authority) -> None:
    with within(demo.id):
        assert register.is_filled()


def test_a_school_missing_from_the_export_waits_for_a_person_and_the_export_is_whole_again(
    demo: Authority, tmp_path: Path
) -> None:
    with within(demo.id):
        run = SourceRun.objects.latest("started_at")
        assert run.state == "waiting"
        assert run.plan is not None
        assert run.plan.held_by
        by = Actor.system("demo")
    again = sources.run(run.source_id, actor=by)
    assert again.state == "unchanged"


def test_the_cast_wears_its_hats(demo: Authority) -> None:
    with within(demo.id):
        for _ in range(2):
            fill(demo)
        roles = {user.username: actor_for(user, today=TODAY).roles for user in User.objects.all()}
    assert roles["alva"] == {Role.PUPIL}
    assert roles["maria"] == {Role.TEACHER}
    assert roles["karin"] == {Role.PRINCIPAL}
    assert roles["anna"] == {Role.TEACHER, Role.GUARDIAN}
    assert Role.ADMINISTRATOR in roles["ingrid"]
    assert roles["dataskydd"] == {Role.OFFICER}


def test_everybody_in_5b_but_the_newcomer_in_the_class_can_open_the_maths_resource(demo: Authority) -> None:
    with within(demo.id):
        fill(demo)
        roots = register.roots_of_cast()
        pupils = [person.pk for person in members(roots[CAST["class_5b"]], today=TODAY)]
        shelves = licences.resources_for_people(pupils, today=TODAY)
        stopped = {
            person_id
            for person_id, items in shelves.items()
            for item in items
            if item.resource.title == "Räkneresan 5" and item.state is licences.ShelfState.STOPPED
        }
        (lot,) = (status for status in licences.lots(today=TODAY) if status.lot.number == FOR_5B)
    assert stopped == {roots[CAST["elsa"]]}
    assert lot.seats.taken == lot.lot.quantity
