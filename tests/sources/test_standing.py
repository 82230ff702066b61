"""A source is paused, removed, and taken over from."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.conftest import GENEROUS, TODAY, AddSource, Run
from tests.sources.folder import Folder

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources import api
from kateder.sources.models import RunState, Source, Standing
from kateder.sources.standing import SourceRemoved
from kateder.sources.tasks import request_due


def other(folder: Path) -> Folder:
    """The same persons in another system, with keys of its own and one other name."""
    made = Folder.small(folder)
    for row in made.files["persons"]:
        row["id"] = f"n-{row['id']}"
    for file, columns in {"enrolments": ["person"], "memberships": ["person"], "duties": ["person"]}.items():
        for row in made.files[file]:
            row.update({column: f"n-{row[column]}" for column in columns})
    made.row("persons")["familyName"] = "Ek"
    made.write()
    return made


def test_source_that_takes_over_has_the_persons_and_its_own_words_hold(
    authority: Authority, add_source: AddSource, run: Run, actor: Actor, tmp_path: Path
) -> None:
    first = add_source()
    run(first)
    with within(authority.id):
        before = Person.objects.get(given_name="Elsa")
        api.remove_keeping(first.pk, actor=actor)
        assert Person.objects.count() == 3
    (tmp_path / "new").mkdir()
    with within(authority.id):
        second = api.add_csv_source(
            name="Skolsystemet", folder=other(tmp_path / "new").path, limits=GENEROUS, actor=actor
        )
    assert api.run(second.pk, actor=actor, today=TODAY).state == RunState.APPLIED
    with within(authority.id):
        after = Person.objects.get(given_name="Elsa")
        assert (after.pk, after.family_name) == (before.pk, "Ek")


def test_removed_source_is_read_no_more_and_keeps_no_secret(
    authority: Authority, add_source: AddSource, run: Run, actor: Actor
) -> None:
    source = add_source()
    run(source)
    with within(authority.id):
        api.set_schedule(source.pk, every_minutes=5, actor=actor)
        api.remove_keeping(source.pk, actor=actor)
        removed = Source.objects.get(pk=source.pk)
        assert (removed.standing, removed.settings, removed.every_minutes) == (Standing.REMOVED, {}, None)
    with pytest.raises(SourceRemoved):
        run(source)


def test_paused_source_is_not_due(authority: Authority, add_source: AddSource, actor: Actor) -> None:
    source = add_source()
    with within(authority.id):
        api.set_schedule(source.pk, every_minutes=5, actor=actor)
        api.pause(source.pk, actor=actor)
        assert request_due(now=clock.now()) == []
        api.resume(source.pk, actor=actor)
        assert request_due(now=clock.now()) == [source.pk]
