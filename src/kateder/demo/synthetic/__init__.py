"""A synthetic school authority, written as the CSV files that a school system would export.

Pure Python, deterministic: the same number of pupils, seed and day give the same bytes. Nobody in it exists; personal
numbers are from the series that Skatteverket keeps for tests, telephone numbers from the one kept for fiction.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kateder.demo.synthetic.cast import CAST, YEAR, add_cast
from kateder.demo.synthetic.families import Families
from kateder.demo.synthetic.folder import write_folder
from kateder.demo.synthetic.groups import add_classes, add_leisure_groups, add_staff_groups
from kateder.demo.synthetic.pupils import add_pupils
from kateder.demo.synthetic.records import Dataset
from kateder.demo.synthetic.staff import add_staff
from kateder.demo.synthetic.teaching import add_teaching_groups
from kateder.demo.synthetic.units import FEWEST_PUPILS, TooFewPupils, add_units
from kateder.demo.synthetic.world import World

__all__ = ["CAST", "FEWEST_PUPILS", "Summary", "TooFewPupils", "build", "generate"]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rows each file got, and how many pupils and teachers there are among the persons."""

    folder: Path
    rows: dict[str, int]
    pupils: int
    teachers: int


def generate(folder: Path, *, pupils: int, seed: int, today: date) -> Summary:
    """Write a synthetic authority of `pupils` pupils to a folder, as it would be exported on a day.

    Raises TooFewPupils below FEWEST_PUPILS.
    """
    dataset = build(pupils=pupils, seed=seed, today=today)
    return Summary(
        folder=folder,
        rows=write_folder(dataset, folder=folder),
        pupils=len({row.person for row in dataset.enrolments}),
        teachers=len({row.person for row in dataset.duties if row.duty_role == "Lärare"}),
    )


def build(*, pupils: int, seed: int, today: date) -> Dataset:
    """Return the same authority as rows. Raises TooFewPupils."""
    world = World(today=today, seed=seed)
    add_units(world, pupils=pupils)
    cast = add_cast(world)
    families = Families(world, world.rng("families"))
    add_pupils(world, families=families, already={(world.units[0].id, YEAR): len(cast.pupils)})
    add_staff(world, pupils=pupils, guardians=families.at_work_in_schools)
    add_classes(world, cast=cast)
    add_leisure_groups(world)
    add_teaching_groups(world)
    add_staff_groups(world)
    return world.data
