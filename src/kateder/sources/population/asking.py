"""The ways to ask the population register: each has settings, a check in steps, and answers as one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings, Step, StepName
from kateder.protocols.population import Batch, navet_terms, spar
from kateder.protocols.population.records import joined
from kateder.protocols.population.xml import BadXml
from kateder.sources.errors import FolderMissing, NotReadable
from kateder.sources.population.errors import BadAnswer, BadTermCodes, NoFiles, NoPersons, UnknownRegisterKind

FOLDER = Field("folder", _("Folder"), FieldKind.PATH, required=True)
WHOLE = Field(
    "whole",
    _("Whole extracts"),
    FieldKind.TRUTH,
    default=True,
    help=_("Everybody who lives here, each time: then who is missing and what is left out say something too."),
)
TERMS = Field(
    "terms",
    _("Term codes that differ in your order"),
    FieldKind.LONG_TEXT,
    help=_("name=code, a line each, such as municipality=01023. The handbook has the names."),
)


class Asking(Protocol):
    """One way to ask."""

    @property
    def kind(self) -> str:
        """Its name in the database and on the command line."""

    @property
    def label(self) -> Promise | str:
        """Its name in the interface."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its settings."""

    @property
    def tells_of_others(self) -> bool:
        """Whether it answers with people whom nobody asked for: only then can children be missing here."""

    def is_whole(self, settings: Settings) -> bool:
        """Whether an answer says something of those who are not in it."""

    def check(self, settings: Settings, *, numbers: Sequence[str]) -> Iterator[Step]:
        """Try the settings step by step, last with one record. Outside transactions."""

    def ask(self, settings: Settings, *, numbers: Sequence[str]) -> Batch:
        """What the register says. Outside transactions. Raises a SourceFault."""


class Files:
    """A folder in which extracts are put; all files are read in the order of their names, later ones over earlier."""

    tells_of_others = True

    def __init__(
        self, kind: str, *, label: Promise | str, fields: tuple[Field, ...], read: Callable[[Path, Settings], Batch]
    ) -> None:
        self.kind, self.label, self.fields, self._read = kind, label, fields, read

    def is_whole(self, settings: Settings) -> bool:
        """As the settings say."""
        return bool(settings.get("whole"))

    def check(self, settings: Settings, *, numbers: Sequence[str]) -> Iterator[Step]:
        """Look at the folder, then read its newest file."""
        files = _files(settings)
        yield Step(StepName.SETTINGS)
        yield Step(StepName.CONNECTION)
        yield Step(StepName.CREDENTIALS)
        batch = self._read(files[-1], settings)
        if not batch.records:
            raise NoPersons
        yield Step(StepName.RECORD)

    def ask(self, settings: Settings, *, numbers: Sequence[str]) -> Batch:
        """Read every file. Raises FolderMissing, NoFiles, NotReadable or BadAnswer."""
        return joined(self._read(path, settings) for path in _files(settings))


def term_codes(text: str) -> Mapping[str, str]:
    """The codes of an order where they differ from the published ones. Raises BadTermCodes."""
    codes = dict(navet_terms.CODES)
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, code = line.partition("=")
        if not equals or name.strip() not in codes or not code.strip().isdigit():
            raise BadTermCodes(names=", ".join(codes))
        codes[name.strip()] = code.strip().zfill(5)
    return codes


def _files(settings: Settings) -> list[Path]:
    folder = Path(str(settings.get("folder", "")))
    if not folder.is_absolute() or not folder.is_dir():
        raise FolderMissing(folder=str(folder))
    found = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if not found:
        raise NoFiles(folder=str(folder))
    return found


def _terms(path: Path, settings: Settings) -> Batch:
    codes = term_codes(str(settings.get("terms", "")))
    try:
        with path.open("rb") as lines:
            return navet_terms.read_terms(lines, whole=bool(settings.get("whole")), codes=codes)
    except OSError:
        raise NotReadable(file=path.name) from None


def _spar(path: Path, settings: Settings) -> Batch:
    try:
        with path.open("rb") as stream:
            return spar.read_file(stream)
    except OSError:
        raise NotReadable(file=path.name) from None
    except BadXml:
        raise BadAnswer from None


NAVET_FILES = Files("navet_files", label=_("Navet: files with term codes"), fields=(FOLDER, WHOLE, TERMS), read=_terms)
SPAR_FILES = Files("spar_files", label=_("SPAR: XML files"), fields=(FOLDER, WHOLE), read=_spar)


def chosen(kinds: Iterable[Asking], kind: str) -> Asking:
    """The way of that name. Raises UnknownRegisterKind."""
    for one in kinds:
        if one.kind == kind:
            return one
    raise UnknownRegisterKind(kind=kind)
