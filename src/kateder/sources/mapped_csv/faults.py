"""What is wrong with a mapping, or with a file it names. The sentence says where."""

from __future__ import annotations

from kateder.sources.errors import SourceFault


class MappingFault(SourceFault):
    """The mapping cannot be used."""


class NotToml(MappingFault):
    """Line {line} of the mapping cannot be read. Look for a quotation mark, a bracket or an equals sign that is
    missing, there or on the line before.
    """


class NotJson(MappingFault):
    """Line {line} of the mapping cannot be read as JSON."""


class MappingTooLong(MappingFault):
    """The mapping is longer than {most} characters."""


class UnknownVersion(MappingFault):
    """The mapping must begin with version = 1."""


class UnknownName(MappingFault):
    """{place}: there is nothing called {name} here. {hint}"""


class NameMissing(MappingFault):
    """{place}: {name} is missing."""


class WrongShape(MappingFault):
    """{place}: this is not written in a way that can be used here."""


class UnknownStep(MappingFault):
    """{place}: a step begins with one of: set, only, each, join, unique, add."""


class BadPattern(MappingFault):
    """{place}: the regular expression cannot be used ({why})."""


class BadTemplate(MappingFault):
    """{place}: a column is written within braces, such as {{class}}, and a brace that is text is written twice."""


class UnknownFilter(MappingFault):
    """{place}: there is no filter called {name}. There are: {known}."""


class NoSuchGroup(MappingFault):
    """{place}: the regular expression has no group {name}."""


class NoSuchTable(MappingFault):
    """{place}: there is no table called {name} before this place. {hint}"""


class TableTwice(MappingFault):
    """{place}: there is already a table called {name}."""


class NoSuchValues(MappingFault):
    """{place}: there is no value table called {name}. {hint}"""


class NoSuchColumn(MappingFault):
    """{place}: {table} has no column called {name}. {hint}"""


class BadFileName(MappingFault):
    """{place}: {name} is not the name of a file in the source's folder."""


class NoSuchFile(MappingFault):
    """{place}: the folder has no file {name}."""


class NoSuchSheet(MappingFault):
    """{place}: {name} has no sheet called {sheet}. {hint}"""


class NotEncoded(MappingFault):
    """{place}: {name} is not {encoding} (byte {byte}). Say which encoding it has with encoding = "latin-1", for
    example.
    """


class NotATable(MappingFault):
    """{place}: {name} cannot be read as a table."""


class CellTooLong(MappingFault):
    """{place}: a cell is longer than {most} characters."""


class TooMuch(MappingFault):
    """{place}: this would make more than {most} rows. Look at what the tables are joined on."""
