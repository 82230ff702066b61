"""`kateder master …`: who decides about what, who may be the same, corrections and merges."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, show, table
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.provisioning import merging
from kateder.provisioning.merging import Keeps
from kateder.register.api import Entity
from kateder.sources import api as sources
from kateder.sources.mastering import api
from kateder.sources.mastering.api import Pair, Say
from kateder.sources.mastering.models import Merge
from kateder.sources.models import Source

app = typer.Typer(help="Whose word holds when several sources know the same person or thing.", no_args_is_help=True)

EntityArgument = Annotated[Entity, typer.Argument(help="person, organisation, group, duty or activity.")]
SourceOption = Annotated[str, typer.Option("--source", help="The source's name.")]
PersonId = Annotated[UUID, typer.Argument(help="The person's id in the register.")]


class BadChoice(DomainError):
    """Say --keep SERVICE-ID=survivor or SERVICE-ID=absorbed."""


@app.command("show")
def show_rules(
    entity: EntityArgument = Entity.PERSON, authority: AuthorityOption = None, as_json: JsonOption = False
) -> None:
    """What each source's word is worth, attribute by attribute."""
    with within(authorities.pick(authority).id):
        policy, names = api.policy(), dict(Source.objects.values_list("pk", "name"))
        rows = [
            {"attribute": name} | {names[source]: policy.say(source, entity, name).value for source in policy.order}
            for name in api.attributes(entity)
        ]
    table(rows, as_json=as_json)


@app.command("set")
def set_rule(
    entity: EntityArgument,
    attribute: Annotated[str, typer.Argument(help="An attribute as `show` names it, or * for all.")],
    say: Annotated[Say, typer.Argument(help="decides, fills or ignored.")],
    source: SourceOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a source's word is worth. The register is computed anew at once."""
    with within(authorities.pick(authority).id):
        wishes = {(sources.find(source).pk, entity, attribute): say}
        if dry_run:
            effects = api.foresee(wishes)[entity]
            show({"would change": effects.rows, **effects.by_attribute}, as_json=as_json)
            return
        show({"changed": api.change(wishes, actor=Actor.system("command line"))}, as_json=as_json)


@app.command("right")
def set_right(
    entity: EntityArgument,
    source: SourceOption,
    creates: Annotated[bool | None, typer.Option("--create/--no-create")] = None,
    updates: Annotated[bool | None, typer.Option("--change/--no-change")] = None,
    removes: Annotated[bool | None, typer.Option("--remove/--no-remove")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Say whether a source may create, change and remove rows. Acts at its next run."""
    with within(authorities.pick(authority).id):
        right = api.set_right(
            sources.find(source).pk, entity, creates=creates, updates=updates, removes=removes,
            actor=Actor.system("command line"),
        )  # fmt: skip
        show({"create": right.creates, "change": right.updates, "remove": right.removes}, as_json=False)


@app.command("suggestions")
def list_suggestions(authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """What may be the same and waits for an answer. Ids only: look at them on the web."""
    with within(authorities.pick(authority).id):
        rows = [
            {"entity": one.entity, "one": one.one_id, "other": one.other_id, "why": one.likeness}
            for one in api.suggestions()
        ]
    table(rows, as_json=as_json)


@app.command()
def correct(
    person: PersonId,
    attribute: Annotated[str, typer.Argument(help="name, civic_no, birth_date, emails, …")],
    reason: Annotated[str, typer.Option(help="Why the source is wrong; no names.")],
    value: Annotated[list[str], typer.Option("--value", help="field=text, such as given_name=Ewa; more than one.")],
    last_day: Annotated[datetime | None, typer.Option("--last-day", formats=["%Y-%m-%d"])] = None,
    authority: AuthorityOption = None,
) -> None:
    """Correct what the sources say of a person, until the source that decides says the same."""
    words = dict(one.split("=", 1) for one in value if "=" in one)
    with within(authorities.pick(authority).id):
        made = api.correct(
            person, attribute, words=words, reason=reason, end_date=last_day.date() if last_day else None,
            today=clock.today(), actor=Actor.system("command line"),
        )  # fmt: skip
        show({"correction": made.pk}, as_json=False)


@app.command()
def merge(
    survivor: Annotated[UUID, typer.Argument(help="The id that is kept.")],
    absorbed: Annotated[UUID, typer.Argument(help="The id that goes up into it.")],
    reason: Annotated[str, typer.Option(help="How you know; no names.")],
    keep: Annotated[list[str] | None, typer.Option("--keep", help="SERVICE-ID=survivor or =absorbed.")] = None,
    entity: Annotated[Entity, typer.Option("--kind")] = Entity.PERSON,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what becomes of the accounts.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make one of two. Where both have an account at a service, say with --keep which goes on."""
    pair = Pair(survivor, absorbed)
    with within(authorities.pick(authority).id):
        if dry_run:
            services = merging.foresee(entity, pair)
            table(
                [{"service": at.service_id, "name": at.name, "keeps": at.keeps or "?"} for at in services],
                as_json=as_json,
            )
            return
        done = merging.merge(
            entity, pair, choices=_choices(keep or []), reason=reason, today=clock.today(),
            actor=Actor.system("command line"),
        )  # fmt: skip
        show({"merge": done.pk}, as_json=as_json)


@app.command()
def unmerge(
    merge_id: Annotated[UUID, typer.Argument(metavar="MERGE", help="See `kateder master merges`.")],
    authority: AuthorityOption = None,
) -> None:
    """Make two of one again, each with its own accounts and pseudonyms."""
    with within(authorities.pick(authority).id):
        merging.unmerge(merge_id, actor=Actor.system("command line"))
    console.print("They are two again.")


@app.command()
def merges(authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """The merges that hold, newest first."""
    with within(authorities.pick(authority).id):
        found = Merge.objects.filter(undone_at=None).order_by("-merged_at")
        rows = [
            {"merge": one.pk, "kind": one.entity, "survivor": one.survivor_id, "absorbed": one.absorbed_id}
            for one in found
        ]
    table(rows, as_json=as_json)


def _choices(given: list[str]) -> dict[UUID, Keeps]:
    try:
        return {UUID(service): Keeps(keeps) for service, _, keeps in (one.partition("=") for one in given)}
    except ValueError:
        raise BadChoice from None
