"""The first rows before and after, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from kateder.portal.words import KINDS, number, word
from kateder.sources.api import Glimpse
from kateder.sources.connecting import Glimpsed, GlimpsedRow


@dataclass(frozen=True, slots=True)
class Thing:
    """One kind of thing: `line` says how many there are and how many have a fault."""

    name: str
    line: str
    is_faulty: bool
    rows: Sequence[GlimpsedRow]


@dataclass(frozen=True, slots=True)
class Shown:
    """A glimpse on a page, or the sentence that says why there is none."""

    refusal: str = ""
    status: str = ""
    note: str = ""
    things: Sequence[Thing] = ()
    files: Sequence[tuple[str, Sequence[str]]] = ()


def shown(glimpse: Glimpse, *, files: Sequence[tuple[str, Sequence[str]]]) -> Shown:
    """The glimpse in words."""
    things = [_thing(each) for each in glimpse.things]
    faulty = sum(each.faulty for each in glimpse.things)
    status = ngettext("%(n)s row has a fault.", "%(n)s rows have a fault.", faulty) % {"n": number(faulty)}
    if not things:
        status = gettext("Nothing is delivered yet: add a block such as [[persons]].")
    elif not faulty:
        status = gettext("Every row can be used.")
    note = (
        "" if glimpse.is_whole else gettext("Only the beginning of the files has been read. References are not judged.")
    )
    return Shown(status=status, note=note, things=things, files=files)


def _thing(glimpsed: Glimpsed) -> Thing:
    name = word(KINDS, glimpsed.entity.value)
    parts = [ngettext("%(n)s row", "%(n)s rows", glimpsed.count) % {"n": number(glimpsed.count)}]
    if glimpsed.faulty:
        parts.append(
            ngettext("%(n)s with a fault", "%(n)s with a fault", glimpsed.faulty) % {"n": number(glimpsed.faulty)}
        )
    return Thing(name[:1].upper() + name[1:], ", ".join(parts), bool(glimpsed.faulty), glimpsed.rows)
