"""Families: whose children they are, and the links that say so."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from kateder.demo.synthetic.names import Background, draw_background, draw_family_name
from kateder.demo.synthetic.people import HIDDEN, PROTECTED, add_adult
from kateder.demo.synthetic.records import Guardian, Person
from kateder.demo.synthetic.school_year import ADULT_AGE, birthday
from kateder.demo.synthetic.world import World

_MOST_SIBLINGS = 4
_SHARE_WITH_SIBLINGS = 0.42


@dataclass(slots=True)
class Family:
    """Adults who are responsible for some children, and the years in which the children were born."""

    background: Background
    family_name: str
    guardians: list[Person] = field(default_factory=list)
    births: list[int] = field(default_factory=list)

    def has_room_for(self, year: int) -> bool:
        """Say whether a child born in a year fits among the siblings."""
        return (
            len(self.births) < _MOST_SIBLINGS
            and all(abs(other - year) > 1 for other in self.births)
            and max(*self.births, year) - min(*self.births, year) <= 12
        )


@dataclass(slots=True)
class Families:
    """The families so far. A child comes into one of them, or a new one is founded."""

    world: World
    rng: Random
    at_work_in_schools: list[Person] = field(default_factory=list)
    _open: list[Family] = field(default_factory=list)

    def family_for(self, *, born_in: int) -> Family:
        """Return the family of a child born in a year."""
        if self._open and self.rng.random() < _SHARE_WITH_SIBLINGS:
            for _ in range(6):
                family = self.rng.choice(self._open)
                if family.has_room_for(born_in):
                    family.births.append(born_in)
                    return family
        background = draw_background(self.rng)
        family = Family(background, draw_family_name(self.rng, background=background), births=[born_in])
        self._open.append(family)
        return family

    def link(self, child: Person, *, family: Family) -> None:
        """Add the adults, once for a family, and the child's links to them. An adult child has none."""
        if birthday(child.birth_date, age=ADULT_AGE) <= self.world.today:
            return
        if child.security_marking != "Ingen":
            # Who lives under protection does so together: such a child is not a sibling of others here.
            family = Family(family.background, child.family_name, births=[child.birth_date.year])
        if not family.guardians:
            self._found(family, marking=child.security_marking)
        chance = self.rng.random()
        if chance < 0.004:
            self._link_one(child, family.guardians[0], relation_type="God man")
        elif chance < 0.006:
            self._link_one(child, family.guardians[0], relation_type="SFV")
        else:
            for adult in family.guardians:
                self._link_one(child, adult, relation_type="Vårdnadshavare")
            self._maybe_block(family)

    def _found(self, family: Family, *, marking: str) -> None:
        rng = self.rng
        oldest = min(family.births)
        both = rng.random() < 0.88 and marking not in {PROTECTED, HIDDEN}
        apart = rng.random() < 0.3
        for woman in (True, False) if both else (rng.random() < 0.8,):
            adult = add_adult(
                self.world,
                rng,
                background=family.background,
                family_name=draw_family_name(rng, background=family.background) if apart else family.family_name,
                woman=woman,
                born_in=oldest - rng.randrange(22, 38),
                marking=marking if marking != "Ingen" or rng.random() > 0.002 else PROTECTED,
            )
            family.guardians.append(adult)
            if marking == "Ingen" and rng.random() < 0.02:
                self.at_work_in_schools.append(adult)

    def _link_one(self, child: Person, adult: Person, *, relation_type: str) -> None:
        self.world.data.guardians.append(
            Guardian(child=child.id, guardian=adult.id, relation_type=relation_type, start_date=_since(child))
        )

    def _maybe_block(self, family: Family) -> None:
        if len(family.guardians) == 2 and self.rng.random() < 0.004:
            last = self.world.data.guardians[-1]
            self.world.data.guardians[-1] = last._replace(blocked=True, block_reason="Domstolsbeslut")


def _since(child: Person) -> date:
    return child.birth_date
