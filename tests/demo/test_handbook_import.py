"""Whoever types in the examples of the CSV page has a register with nothing set aside."""

import re
from pathlib import Path

from tests.cast import TODAY
from tests.demo.test_handbook import section

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.demo.synthetic.records import ROW_TYPES
from kateder.register.models import Activity, GroupMembership, Guardianship, Person
from kateder.sources import api as sources


def write_examples(folder: Path) -> None:
    folder.mkdir()
    for entity in ROW_TYPES:
        example = re.search(r"```csv\n(.+?)```", section(entity), re.DOTALL)
        assert example
        (folder / f"{entity}.csv").write_text(example.group(1), encoding="utf-8")


def test_examples_of_the_handbook_become_a_register(authority: Authority, tmp_path: Path) -> None:
    write_examples(tmp_path / "exempel")
    with within(authority.id):
        by = Actor.system("test")
        source = sources.add_csv_source(name="exempel", folder=tmp_path / "exempel", actor=by)
    run = sources.run(source.pk, actor=by, today=TODAY)
    assert run.counts["set_aside"] == 0
    assert run.plan_id is not None
    with within(authority.id):
        sources.approve_plan(run.plan_id, actor=by)
    sources.apply_plan(run.plan_id, actor=by)
    with within(authority.id):
        assert Person.objects.count() == 5
        assert Person.objects.get(given_name="Tilda").is_protected(TODAY)
        assert GroupMembership.objects.count() == 3
        assert Guardianship.objects.get().guardian.given_name == "Sara"
        assert Activity.objects.get().subject_code == "GRGRMAT01"
