"""`kateder source add KIND`, `set`, `mapping`, `pause`, `resume` and `remove`: made from each connector's fields."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import translation

from kateder.core import authorities
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, show, table
from kateder.core.setup import options
from kateder.core.tenancy import within
from kateder.sources import api
from kateder.sources.api import Connector, Field, FieldKind
from kateder.sources.models import Source

SourceName = Annotated[str, typer.Argument(help="The source's name; see `kateder source list`.")]
FROM_FILES = frozenset({FieldKind.SECRET, FieldKind.LONG_TEXT})
KEYWORD = inspect.Parameter.KEYWORD_ONLY


def mount_add(app: typer.Typer, *, but: frozenset[str]) -> None:
    """A command for each kind of source, with an option for each of its fields."""
    for connector in api.connectors_offered():
        if connector.kind not in but:
            with translation.override("en"):
                app.command(connector.kind, help=f"{connector.describes} Its first run always waits for a person.")(
                    _adder(connector)
                )


def mount_change(app: typer.Typer) -> None:
    """What is done with a source that is there."""
    app.command("set")(set_settings)
    app.command("mapping")(print_mapping)
    app.command("mappings")(list_mappings)
    app.command("pause")(pause)
    app.command("resume")(resume)
    app.command("remove")(remove)


def set_settings(
    name: SourceName,
    changes: Annotated[list[str], typer.Argument(help="name=value, or name=@file for secrets and long texts.")],
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change settings of a source; those not named stay. Secrets are never shown."""
    with within(authorities.pick(authority).id):
        source = api.find(name)
        kept = dict(api.shown_settings(source))
        given = {**kept, **options.read(changes, fields=api.connector_of(source.kind).fields)}
        changed = api.change_settings(source.pk, settings=given, actor=Actor.system("command line"))
        show({"name": changed.name, "kind": changed.kind, **_shown(changed)}, as_json=as_json)


def print_mapping(
    name: SourceName,
    number: Annotated[int | None, typer.Option("--number", help="An earlier one; see `mappings`.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Print a source's mapping, to be kept as a file; `kateder source set NAME mapping=@FILE` takes it in again."""
    with within(authorities.pick(authority).id):
        source = api.find(name)
        text = api.shown_settings(source).get("mapping")
        if text is not None and number is not None:
            text = api.mapping_version(source.pk, number).text
    if text is None:
        raise typer.BadParameter("This source has no mapping.")
    typer.echo(text, nl=False)


def list_mappings(
    name: SourceName,
    back: Annotated[int | None, typer.Option("--back-to", help="Use this one again.")] = None,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """List a source's mappings, the newest first, with who left them when; or go back to one."""
    with within(authorities.pick(authority).id):
        source = api.find(name)
        if back is not None:
            given = {"mapping": api.mapping_version(source.pk, back).text}
            api.change_settings(source.pk, settings=given, actor=Actor.system("command line"))
        found = api.mapping_history(source.pk)
        rows = [
            {"number": one.number, "changed": one.changed_at, "by": one.changed_by, "lines": one.text.count("\n")}
            for one in found
        ]
    table(rows, as_json=as_json)


def pause(name: SourceName, authority: AuthorityOption = None) -> None:
    """Read nothing from the source until it is resumed; what it has delivered stays."""
    with within(authorities.pick(authority).id):
        api.pause(api.find(name).pk, actor=Actor.system("command line"))
    console.print("The source is paused.")


def resume(name: SourceName, authority: AuthorityOption = None) -> None:
    """Read the source again."""
    with within(authorities.pick(authority).id):
        api.resume(api.find(name).pk, actor=Actor.system("command line"))
    console.print("The source is read again.")


def remove(
    name: SourceName,
    keep: Annotated[bool, typer.Option("--keep", help="Leave what it delivered in the register.")] = False,
    take_away: Annotated[
        bool, typer.Option("--take-away", help="Let its next run make a plan that takes it away.")
    ] = False,
    authority: AuthorityOption = None,
) -> None:
    """Remove a source. Says what it has delivered; --keep or --take-away says what happens to that."""
    with within(authorities.pick(authority).id):
        source, actor = api.find(name), Actor.system("command line")
        for each in api.delivering(source.pk):
            console.print(f"{each.entity.value}: {each.count}, of which {each.alone} nobody else delivers")
        if keep == take_away:
            raise typer.BadParameter("Say --keep or --take-away.")
        if keep:
            api.remove_keeping(source.pk, actor=actor)
            console.print("The source is removed; what it delivered is still in the register.")
            return
        api.remove_taking_away(source.pk, actor=actor)
    console.print(f"Run it with `kateder source run {name}`: the plan takes away what it delivered.")


def _adder(connector: Connector) -> Callable[..., None]:
    """The command that adds a source of this kind, with the signature that Typer reads."""

    def add(**given: Any) -> None:
        authority, as_json, name, ask = (given.pop(key) for key in ("authority", "as_json", "name", "ask"))
        settings = {field.name: options.value_of(field, given[field.name]) for field in connector.fields}
        with within(authorities.pick(authority).id):
            source = api.add_source(
                kind=connector.kind,
                name=name,
                settings={key: value for key, value in settings.items() if value is not None},
                approve_automatically=not ask,
                actor=Actor.system("command line"),
            )
            show({"name": source.name, "kind": source.kind, "id": source.pk, **_shown(source)}, as_json=as_json)

    parameters = [
        _parameter("name", str, typer.Option(help="What you call the source.")),
        *(_parameter(field.name, *_option(field)) for field in connector.fields),
        _parameter("ask", bool, typer.Option("--always-ask", help="Let every plan wait for a person."), False),
        inspect.Parameter("authority", KEYWORD, default=None, annotation=AuthorityOption),
        inspect.Parameter("as_json", KEYWORD, default=False, annotation=JsonOption),
    ]
    add.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    add.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    add.__name__ = f"add_{connector.kind}"
    return add


def _parameter(name: str, type_: Any, option: Any, default: object = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, KEYWORD, default=default, annotation=Annotated[type_, option])


def _option(field: Field) -> tuple[Any, Any, Any]:
    """The type, the option and the default for a field."""
    said = ". ".join(str(part).rstrip(".") for part in (field.label, field.help) if str(part)) + "."
    flag = f"--{field.name.replace('_', '-')}"
    if field.kind is FieldKind.SECRET:
        option = typer.Option(f"{flag}-file", help=f"{said} The file that holds it.", exists=True, dir_okay=False)
        return (Path, option, inspect.Parameter.empty) if field.required else (Path | None, option, None)
    if field.kind is FieldKind.LONG_TEXT:
        said = f"{said} The text itself, or @FILE."
    if field.kind is FieldKind.TRUTH:
        return bool, typer.Option(f"{flag}/--no-{flag[2:]}", help=said), bool(field.default)
    if field.kind is FieldKind.CHOICE:
        said = f"{said} One of: {', '.join(code for code, _ in field.choices)}."
    option = typer.Option(flag, help=said)
    kind = int if field.kind is FieldKind.NUMBER else str
    return (kind, option, inspect.Parameter.empty) if field.required else (kind | None, option, None)


def _shown(source: Source) -> Mapping[str, object]:
    """The settings, but for secrets and long texts."""
    long = {field.name for field in api.connector_of(source.kind).fields if field.kind in FROM_FILES}
    return {name: value for name, value in api.shown_settings(source).items() if name not in long}
