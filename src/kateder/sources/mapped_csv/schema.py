"""What a mapping may say: the schema of version 1. `mapping` reads a text into it, the other modules carry it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, create_model

from kateder.sources.canonical.layout import FILES

Encoding = Literal["utf-8", "utf-16", "latin-1", "cp1252"]
STEPS = ("set", "only", "each", "join", "unique", "add")


class Strict(BaseModel):
    """Nothing that is not named, and nothing of another type."""

    # Built when a mapping is first read: most processes never read one, and building takes a tenth of their start.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, defer_build=True)


def _text(value: object) -> object:
    """TOML's own dates, numbers and truths are the text that a cell would have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


Text = Annotated[str, BeforeValidator(_text), Field(max_length=10_000)]
Short = Annotated[str, Field(max_length=200)]
Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


def _pairs(value: object) -> object:
    """`"a"`, `["a", "b"]` and `{ours = "theirs"}` all say which columns, and what they are called elsewhere."""
    if isinstance(value, str):
        return {value: value}
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: name for name in value}
    return value


Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]


class Condition(Strict):
    """Which rows: one test of a column, or several that are put together."""

    column: str = ""
    is_: Text | None = Field(None, alias="is")
    in_: tuple[Text, ...] | None = Field(None, alias="in")
    list_: str | None = Field(None, alias="list")
    matches: str | None = None
    filled: bool | None = None
    before: Text | None = None
    after: Text | None = None
    in_table: str | None = None
    its: str = ""
    and_: tuple[Condition, ...] | None = Field(None, alias="and")
    or_: tuple[Condition, ...] | None = Field(None, alias="or")
    not_: Condition | None = Field(None, alias="not")


class Choice(Strict):
    """One way out of several: the value where the condition holds."""

    when: Condition
    give: Value


class ValueSpec(Strict):
    """A value that is made: taken from somewhere, then split, matched, and looked up, in that order."""

    from_: Text | None = Field(None, alias="from")
    first: tuple[Value, ...] | None = None
    all_: tuple[Value, ...] | None = Field(None, alias="all")
    choose: tuple[Choice, ...] | None = None
    uuid: Text | None = None
    namespace: UUID | None = None
    split: str | None = None
    match: str | tuple[tuple[str, str], ...] | None = None
    give: Text | None = None
    replace: tuple[tuple[str, Short], ...] | None = None
    values: str | dict[str, Text] | None = None
    otherwise: Text | None = None


def _value_kind(value: object) -> str:
    return "made" if isinstance(value, dict | ValueSpec) else "text"


Value = Annotated[
    Annotated[Text, Tag("text")] | Annotated[ValueSpec, Tag("made")],
    Discriminator(_value_kind),
]


class SetStep(ValueSpec):
    """A new column, or new values in one that there is."""

    set_: str = Field(alias="set")


class OnlyStep(Strict):
    """The rows for which the condition holds."""

    only: Condition


class EachStep(Strict):
    """A row of its own for each value of a column that has several."""

    each: str
    as_: str = Field("", alias="as")


class JoinStep(Strict):
    """Columns from another table, from the rows that have the same key; several rows give several values."""

    join: str
    on: Pairs
    take: Pairs = {}
    rows: Literal["all", "first"] = "all"
    missing: Literal["keep", "drop", "report"] = "keep"


class UniqueStep(Strict):
    """One row for each key, the first; `gather` collects the others' values."""

    unique: Names
    gather: Names = ()


class AddStep(Strict):
    """The rows of another table below these."""

    add: str


def _step_kind(step: object) -> str | None:
    if isinstance(step, dict):
        return next((name for name in STEPS if name in step), None)
    return next((name for name in STEPS if hasattr(step, name) or hasattr(step, f"{name}_")), None)


Step = Annotated[
    Annotated[SetStep, Tag("set")]
    | Annotated[OnlyStep, Tag("only")]
    | Annotated[EachStep, Tag("each")]
    | Annotated[JoinStep, Tag("join")]
    | Annotated[UniqueStep, Tag("unique")]
    | Annotated[AddStep, Tag("add")],
    Discriminator(_step_kind),
]


class Table(Strict):
    """Rows: those of a file, or of a table above, and what is done to them, in order."""

    name: str = Field(min_length=1)
    file: str = ""
    from_: str = Field("", alias="from")
    encoding: Encoding = "utf-8"
    delimiter: str = Field("", max_length=1)
    quote: str = Field('"', min_length=1, max_length=1)
    sheet: str = ""
    header: int = Field(1, ge=0, le=100)
    columns: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


class Blacklist(Strict):
    """Persons who are never delivered: a file with one value per line, and which column of persons it holds."""

    file: str
    column: str = "id"


class Block(Strict):
    """Rows of one kind of thing: from which table, and a value for each column of the handbook's."""

    from_: str = Field(alias="from")
    only: Condition | None = None

    def value_of(self, column: str) -> Value | None:
        """What the block says of a column."""
        found: Value | None = getattr(self, column)
        return found


def _block(name: str, columns: Mapping[str, bool]) -> type[Block]:
    fields: dict[str, Any] = {
        column: (Value, ...) if required else (Value | None, None) for column, required in columns.items()
    }
    return create_model(name, __base__=Block, **fields)


BLOCKS: Mapping[str, type[Block]] = {
    file.name: _block(file.name, {column.name: column.required for column in file.columns}) for file in FILES
}


class MappingBase(Strict):
    """The whole, but for the blocks."""

    version: Literal[1]
    description: str = ""
    tables: tuple[Table, ...] = ()
    values: dict[str, dict[str, Text]] = {}
    blacklist: Blacklist | None = None

    def blocks(self, name: str) -> tuple[Block, ...]:
        """The blocks of one of the handbook's files."""
        found: tuple[Block, ...] = getattr(self, name)
        return found


Mapping_ = create_model(
    "Mapping",
    __base__=MappingBase,
    **{name: (tuple[block, ...], ()) for name, block in BLOCKS.items()},  # type: ignore[call-overload,valid-type]
)
