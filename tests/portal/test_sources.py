"""The sources page: what was read, what is wrong in the files, and the plan that waits, decided on the web."""

from __future__ import annotations

from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kateder.core.actors import Actor
from kateder.core.models import Plan, PlanState
from kateder.core.tenancy import within
from kateder.sources import api as sources
from kateder.sources.models import RunState, Source, SourceRun
from tests.cast import TODAY, Cast
from tests.portal.visits import text_of, visit
from tests.sources.folder import Folder


@pytest.fixture
def administrator(cast: Cast) -> Actor:
    with within(cast.authority.id):
        return cast.actor("alva")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.small(tmp_path)


@pytest.fixture
def source(cast: Cast, folder: Folder, administrator: Actor) -> Source:
    """A source that asks a person before anything is changed."""
    with within(cast.authority.id):
        return sources.add_csv_source(
            name="Skolsystemet", folder=folder.path, actor=administrator, approve_automatically=False
        )


@pytest.fixture
def held(source: Source, administrator: Actor) -> SourceRun:
    """A run whose plan waits."""
    return sources.run(source.pk, actor=administrator, today=TODAY)


def asked_for(name: str, value: object) -> bool:
    jobs = ProcrastinateJob.objects.filter(task_name=name)
    return any(str(value) in job.args.values() for job in jobs)


def test_source_that_has_not_been_read_says_so(cast: Cast, source: Source) -> None:
    page = text_of(visit(cast, "alva"), "/kallor/")
    assert "Skolsystemet" in page
    assert "Har inte lästs in än." in page


def test_button_asks_a_worker_and_the_page_waits_for_it(cast: Cast, source: Source) -> None:
    answer = visit(cast, "alva").post(f"/kallor/{source.pk}/", follow=True)
    page = answer.content.decode()
    assert asked_for("sources.run", source.pk)
    assert "Väntar på att arbetet ska börja" in page
    assert 'hx-trigger="every 2s"' in page


def test_page_stops_waiting_after_a_minute(cast: Cast, source: Source) -> None:
    page = text_of(visit(cast, "alva"), f"/kallor/{source.pk}/?begard=1000000000")
    assert "hx-trigger" not in page


def test_plan_that_waits_is_linked_and_approving_it_asks_a_worker_to_carry_it_out(
    cast: Cast, source: Source, held: SourceRun, administrator: Actor
) -> None:
    client = visit(cast, "alva")
    assert held.state == RunState.WAITING
    assert f'href="/planer/{held.plan_id}/"' in text_of(client, f"/kallor/{source.pk}/")
    assert "att skapa" in text_of(client, f"/kallor/{source.pk}/")
    page = text_of(client, f"/planer/{held.plan_id}/")
    assert "Plan för Skolsystemet" in page
    client.post(f"/planer/{held.plan_id}/", {"decision": "approve"})
    assert asked_for("sources.apply", held.plan_id)
    assert held.plan_id is not None
    sources.apply_plan(held.plan_id, actor=administrator)
    with within(cast.authority.id):
        assert Plan.objects.get(pk=held.plan_id).state == PlanState.APPLIED
    assert "Väntar på beslut" not in text_of(client, f"/planer/{held.plan_id}/")


def test_refusing_on_the_web_ends_the_run_and_forgets_what_it_read(cast: Cast, source: Source, held: SourceRun) -> None:
    visit(cast, "alva").post(f"/planer/{held.plan_id}/", {"decision": "refuse"})
    with within(cast.authority.id):
        assert SourceRun.objects.get(pk=held.pk).state == RunState.REFUSED
        assert not held.snapshots.exists()


def test_what_is_wrong_is_shown_with_file_line_and_column(
    cast: Cast, folder: Folder, source: Source, administrator: Actor
) -> None:
    text = (folder.path / "persons.csv").read_text()
    first, second, *rest = text.splitlines()
    (folder.path / "persons.csv").write_text("\n".join([first, second, *rest, "extra,row"]) + "\n")
    sources.run(source.pk, actor=administrator, today=TODAY)
    page = text_of(visit(cast, "alva"), f"/kallor/{source.pk}/")
    assert "persons.csv" in page
    assert "för få eller för många kolumner" in page
    assert "skolan" in page
