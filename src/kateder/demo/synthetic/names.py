"""Names as varied as in Swedish classrooms: hyphens, double names, particles, letters beyond å, ä, ö.

Everybody here is invented: given names and family names are drawn apart from each other.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Background:
    """Where a family's names come from, and how common it is among a hundred families."""

    code: str
    weight: int
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _load() -> tuple[Background, ...]:
    text = files(__package__).joinpath("names.toml").read_text(encoding="utf-8")
    return tuple(_background(code, row) for code, row in tomllib.loads(text).items())


def _background(code: str, row: Mapping[str, Any]) -> Background:
    names = {key: _names(text) for key, text in row.items() if key != "weight"}
    names.setdefault("women", names["girls"])
    names.setdefault("men", names["boys"])
    return Background(code=code, weight=row["weight"], **names)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in text.split())


BACKGROUNDS = _load()
SWEDISH = BACKGROUNDS[0]
_WEIGHTS = [background.weight for background in BACKGROUNDS]


def draw_background(rng: Random) -> Background:
    """Return where a family's names come from, as common as among a hundred families."""
    return rng.choices(BACKGROUNDS, weights=_WEIGHTS)[0]


def draw_given_name(rng: Random, *, background: Background, woman: bool, adult: bool) -> str:
    """Return a given name; those of adults and of children differ where fashion has changed."""
    if adult:
        return rng.choice(background.women if woman else background.men)
    return rng.choice(background.girls if woman else background.boys)


def draw_middle_name(rng: Random, *, background: Background, woman: bool) -> str:
    """Return a middle name, or nothing for two persons of three."""
    if rng.random() < 2 / 3:
        return ""
    return rng.choice(background.women if woman else background.men)


def draw_family_name(rng: Random, *, background: Background) -> str:
    """Return a family name; one in twenty is double, as when both parents' names are kept."""
    name = rng.choice(background.families)
    if rng.random() < 0.05 and " " not in name and "-" not in name:
        return f"{name} {rng.choice(SWEDISH.families)}"
    return name
