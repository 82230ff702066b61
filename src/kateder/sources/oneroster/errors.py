"""Why OneRoster files or a OneRoster server could not be used."""

from __future__ import annotations

from kateder.sources.errors import SourceFault


class ArchiveMissing(SourceFault):
    """There is no zip file at {path}, or Kateder may not read it."""


class ArchiveUnusable(SourceFault):
    """{archive} cannot be used as OneRoster 1.1 or 1.2 ({reason} {file})."""


class DeltaFirst(SourceFault):
    """{archive} only has what has changed in {file}, and everything has not been read yet. Ask for a bulk export."""


class BadGrades(SourceFault):
    """A line of the grades must look like 07 = GR 7: the code, the school type, and the year if there is one."""


class EndpointUnreadable(SourceFault):
    """{host} answered something on {path} that is no list of OneRoster."""


class PagesWithoutEnd(SourceFault):
    """{host} gives the same rows of {path} again and again, so the rest cannot be read. Nothing was changed."""
