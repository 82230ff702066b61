"""`kateder finding`: what is wrong with the data, from the command line."""

from __future__ import annotations

from typing import Annotated

import typer
from django.db.models import Count
from django.utils.translation import gettext

from kateder.core import authorities, clock, quality
from kateder.core.console import AuthorityOption, JsonOption, console, show, table
from kateder.core.findings import remedy, sentence, waiting_findings
from kateder.core.tenancy import within

app = typer.Typer(help="Findings: what is wrong with the data, and whose it is to mend.", no_args_is_help=True)


@app.command("check")
def check(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Ask every rule about the whole register now; what is right again is closed."""
    with console.status("Looking through the register …"), within(authorities.pick(authority).id):
        done = quality.sweep(today=clock.today())
        left = waiting_findings(today=clock.today()).count()
    show(
        {"day": done.day, "new": done.opened, "closed": done.closed, "open": left, "seconds": round(done.seconds, 2)},
        as_json=as_json,
    )


@app.command("summary")
def summary(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Count the open findings by rule and owner."""
    with within(authorities.pick(authority).id):
        counted = waiting_findings(today=clock.today()).order_by().values("rule", "severity", "owner")
        rows = [
            {"rule": row["rule"], "what": _title(row["rule"]), **{k: row[k] for k in ("severity", "owner", "count")}}
            for row in counted.annotate(count=Count("pk")).order_by("-count", "rule")
        ]
    table(rows, as_json=as_json)


@app.command("list")
def list_findings(
    *,
    rule: Annotated[str, typer.Option(help="Only this rule, as `kateder finding summary` names it.")] = "",
    owner: Annotated[str, typer.Option(help="Only what school, hr, it, office or provider mends.")] = "",
    most: Annotated[int, typer.Option(help="At most so many.")] = 100,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """List open findings, worst first: ids and codes, never names."""
    with within(authorities.pick(authority).id):
        found = waiting_findings(today=clock.today())
        found = found.filter(rule=rule) if rule else found
        found = found.filter(owner=owner) if owner else found
        rows = [
            {
                "rule": one.rule, "severity": one.severity, "owner": one.owner, "subject": one.subject_id,
                "place": one.place, "what": sentence(one), "how_to_mend": remedy(one),
                "since": one.first_seen_at.date(),
            }
            for one in found[:most]
        ]  # fmt: skip
    table(rows, as_json=as_json)


def _title(rule: str) -> str:
    known = quality.rules().get(rule)
    return gettext(known.title) if known else ""
