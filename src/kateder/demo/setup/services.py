"""The services of the demo, each from a service file."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from uuid import UUID

from kateder.core.actors import Actor
from kateder.demo.synthetic.school_year import SchoolYear
from kateder.governance.service_files import read_service_file, take_in

CONNECTED = "larkan"
"""The service that the demo provider runs."""
_OTHERS = ("talverkstan", "provtjansten", "spelhyllan")
_SOON = timedelta(days=21)


def add_services(*, pages: str, today: date, by: Actor) -> UUID:
    """Add every service of the demo; return the id of the connected one, whose pages are at `pages`."""
    year = SchoolYear.containing(today)
    words = {
        "{pages}": pages,
        "{opens}": year.opens.isoformat(),
        "{closes}": year.closes.isoformat(),
        "{soon}": (today + _SOON).isoformat(),
    }
    connected, *_ = [_add(name, words=words, by=by) for name in (CONNECTED, *_OTHERS)]
    return connected


def _add(name: str, *, words: dict[str, str], by: Actor) -> UUID:
    text = files(__package__).joinpath("services", f"{name}.toml").read_text(encoding="utf-8")
    for mark, value in words.items():
        text = text.replace(mark, value)
    return take_in(read_service_file(text), by=by).service_id
