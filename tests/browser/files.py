"""A folder with an export in it, a mapped source of it that has been added, and one that is only tried."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.sources import api, trying

COLUMNS: Final = "Personnummer;Förnamn;Efternamn;E-post;Skolenhetskod;Skola;Klass\n"
PUPILS: Final = (
    "201503092395;Elsa;Åberg;Elsa@bjorkviken.example;99010001;Norrskolan;5B",
    "201502112384;Alva;Lindgren;;99010001;Norrskolan;5B",
    "201506112389;Yusuf;;yusuf@bjorkviken.example;99010001;Norrskolan;6A",
)
MAPPING: Final = """version = 1

[[tables]]
name = "elever"
file = "elever.csv"

[[tables]]
name = "skolor"
from = "elever"
steps = [{ unique = "Skolenhetskod" }]

[[organisations]]
from = "skolor"
id = "{Skolenhetskod}"
displayName = "{Skola}"
organisationType = "Skolenhet"
schoolUnitCode = "{Skolenhetskod}"

[[persons]]
from = "elever"
id = "{Personnummer}"
givenName = "{Förnamn}"
familyName = "{Efternamn}"
emails = "{E-post|lower}"
"""


def make_folder(authority: Authority) -> Path:
    """The authority's own permitted folder, with a list of pupils."""
    folder = Path(str(settings.DATA_DIR)) / "sources" / authority.slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "elever.csv").write_text(COLUMNS + "\n".join(PUPILS) + "\n")
    return folder


def make_mapped(authority: Authority, *, actor: Actor) -> tuple[UUID, UUID]:
    """A mapped source that has been added, and a draft that has been tried."""
    values = {"folder": str(make_folder(authority)), "mapping": MAPPING}
    with within(authority.id):
        added = api.add_source(kind="mapped_csv", name="Elevlistan", settings=values, actor=actor)
        api.change_settings(added.pk, settings={"mapping": f"{MAPPING}# Elever från skolsystemet\n"}, actor=actor)
        draft = api.add_source(kind="mapped_csv", name="Nya listan", settings=values, is_draft=True, actor=actor)
        trying.begin(draft.pk)
    trying.carry_out(draft.pk, actor=actor)
    return added.pk, draft.pk
