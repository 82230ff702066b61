"""Files as a way out: everything in the place of everything, in a folder or at an SFTP server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core import clock
from kateder.core.errors import DomainError
from kateder.core.setup import Field, Settings, Step, StepName
from kateder.provisioning.egil.roster import Roster
from kateder.provisioning.files.faults import FolderMissing, NoTemplate, SettingNeeded
from kateder.provisioning.files.fields import FIELDS, OWN, SFTP
from kateder.provisioning.files.folder import Folder, Made
from kateder.provisioning.files.formats import as_csv, as_xlsx
from kateder.provisioning.files.oneroster import as_oneroster
from kateder.provisioning.files.rows import School, rows, school_of
from kateder.provisioning.files.template import File, Template, preset, read
from kateder.provisioning.plain.bodies import POSITIONS, project
from kateder.provisioning.planning.wanted import Wanted
from kateder.provisioning.ways.contract import Connect, Door, Whole

if TYPE_CHECKING:
    from kateder.provisioning.files.sftp import Sftp


class NoConnection(DomainError):
    """Files are put in place all at once; there is no connection to send one object over."""


class Files:
    """The way for providers that have nothing better than a file."""

    kind = "files"
    label: Promise | str = _("Files")
    describes: Promise | str = _(
        "A user list as CSV or Excel, OneRoster or School Data Sync, to a folder or over SFTP."
    )
    fields: tuple[Field, ...] = FIELDS
    is_pinned = False
    vocabulary = "plain"
    positions: Mapping[str, int] = POSITIONS

    def project(self, roster: Roster, *, settings: Settings) -> Iterator[Wanted]:
        """Give every plain body; rows are made of them when everything is put in place."""
        return project(roster)

    def connect(self, door: Door) -> Connect:
        """Not used: see `replace`. Raises NoConnection."""
        raise NoConnection

    def replace(self, door: Door, whole: Whole) -> None:
        """Make all files of the template, and put them in the place of those before. Raises a NotDelivered."""
        template = template_of(door.settings)
        school = school_of(whole.bodies)
        now = clock.now().astimezone(clock.ZONE)
        made = [
            Made(file, file.name_at(whole.today, time=now.time()), _content(file, school, whole))
            for file in template.file
        ]
        place_of(door).put(made, today=whole.today, keep_days=int(door.settings["keep_days"]))

    def check(self, door: Door) -> Iterator[Step]:
        """Read the template, reach the place, and write an empty file that is removed at once."""
        template = template_of(door.settings)
        place = place_of(door)
        names = ", ".join(file.name for file in template.file)
        yield Step(StepName.SETTINGS, sentence=gettext("Files: %(names)s") % {"names": names})
        place.try_out()
        yield Step(StepName.CONNECTION, sentence=gettext("A file could be written and removed again."))


def template_of(settings: Settings) -> Template:
    """The template that was chosen or written. Raises a TemplateFault."""
    chosen = str(settings["template"])
    text = str(settings["template_text"]).strip() if chosen == OWN else preset(chosen)
    if not text:
        raise NoTemplate
    return read(text)


def place_of(door: Door) -> Folder | Sftp:
    """Where the files go. Raises SettingNeeded or FolderMissing."""
    settings = door.settings
    if settings["place"] != SFTP:
        _need(settings, "folder")
        path = Path(str(settings["folder"]))
        if not path.is_absolute():
            raise FolderMissing(folder=path)
        return Folder(path, door.target_id)
    _need(settings, "host", "user", "remote_folder")
    # Here, so that SSH takes its 7 MB only of a process that delivers over it, and of none that serves pages.
    from kateder.provisioning.files.sftp import Sftp

    return Sftp(
        host=str(settings["host"]),
        port=int(settings["port"]),
        user=str(settings["user"]),
        folder=str(settings["remote_folder"]),
        target_id=door.target_id,
        fingerprints=frozenset(str(settings["host_keys"]).replace(",", " ").split()),
        password=str(settings["password"]),
        private_key=str(settings["private_key"]),
        seconds=door.seconds,
    )


def _need(settings: Settings, *names: str) -> None:
    labels: Sequence[str] = [str(field.label) for field in FIELDS if field.name in names and not settings[field.name]]
    if labels:
        raise SettingNeeded(names=", ".join(labels))


def _content(file: File, school: School, whole: Whole) -> bytes:
    if file.format == "oneroster":
        return as_oneroster(school, today=whole.today)
    write = as_xlsx if file.format == "xlsx" else as_csv
    return write(file, rows(school, file.rows, roles=file.roles))


FILES = Files()
