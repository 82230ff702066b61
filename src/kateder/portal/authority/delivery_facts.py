"""How a delivery went: its phases and outcomes, its troubles by cause, and its duration beside earlier ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kateder.portal import sparkline
from kateder.portal.words import KINDS, OWNERS, number, word
from kateder.provisioning.api import DeliveryRun, Phase, cause_of
from kateder.provisioning.models import TargetObject
from kateder.provisioning.runs.findings import OURS

BESIDE: Final = 20
"""So many runs of the same kind are shown, with this one last."""
OUTCOMES: Final[Mapping[str, Promise]] = {
    "acknowledged": _("accepted"),
    "failed": _("not accepted"),
    "held_back": _("held back"),
    "not_sent": _("not sent"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the card says: rows of a name and a value, and a curve of durations with what it means."""

    rows: list[tuple[str, str]]
    curve: SafeString
    beside: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cause, what it is about, and what to do."""

    what: str
    about: str
    next_step: str
    owner: str


def facts_of(run: DeliveryRun) -> Facts | None:
    """The facts of a run that has ended; None while it is under way."""
    if run.ended_at is None:
        return None
    before = DeliveryRun.objects.filter(
        target_id=run.target_id, scope=run.scope, ended_at__isnull=False, started_at__lt=run.started_at
    )
    # What sent nothing says nothing of how long it takes to send.
    before = before.filter(Q(done__gt=0) if run.done else Q(done=0)).order_by("-started_at")[: BESIDE - 1]
    earlier = [_duration(one) for one in before][::-1]
    return Facts(list(_rows(run)), _curve(earlier, _duration(run)), _beside(earlier))


def troubles_of(run: DeliveryRun) -> list[Trouble]:
    """What is wrong at the target now, by cause: a later run may have mended what this one could not."""
    counted = TargetObject.objects.filter(target_id=run.target_id).exclude(failure="").order_by()
    rows = counted.values("failure", "resource_type").annotate(count=Count("id"))
    about: dict[str, list[str]] = {}
    if run.stopped_by:
        about[run.stopped_by] = [gettext("the whole delivery")]
    for row in rows.order_by("-count", "failure", "resource_type"):
        said = f"{number(row['count'])} {word(KINDS, row['resource_type'])}"
        about.setdefault(row["failure"], []).append(said)
    return [_trouble(code, things) for code, things in about.items()]


def _trouble(code: str, things: list[str]) -> Trouble:
    cause, owner = cause_of(code), "it" if code in OURS else "provider"
    return Trouble(str(cause.what), ", ".join(things), str(cause.next_step), word(OWNERS, owner))


def _rows(run: DeliveryRun) -> Iterator[tuple[str, str]]:
    yield gettext("Looked at"), run.get_scope_display()
    for phase in (Phase.PLANNING, Phase.SENDING):
        if phase.value in run.seconds:
            yield str(phase.label), _seconds(run.seconds[phase.value])
    outcomes = [f"{number(run.counts[code])} {said}" for code, said in OUTCOMES.items() if run.counts.get(code)]
    if outcomes:
        yield gettext("Objects"), ", ".join(outcomes)
    if run.target.bears and run.done:
        yield gettext("Requests at a time that the service bears"), number(run.target.bears)


def _curve(earlier: list[float], this: float) -> SafeString:
    if not earlier:
        return SafeString("")
    return sparkline.draw([round(seconds * 1000) for seconds in (*earlier, this)])


def _beside(earlier: list[float]) -> str:
    if not earlier:
        return ""
    said = ngettext(
        "The delivery before it of the same kind took %(seconds)s.",
        "The %(n)s deliveries before it of the same kind took %(seconds)s as a rule.",
        len(earlier),
    )
    return said % {"n": number(len(earlier)), "seconds": _seconds(median(earlier))}


def _duration(run: DeliveryRun) -> float:
    return (run.ended_at - run.started_at).total_seconds() if run.ended_at else 0.0


def _seconds(value: float) -> str:
    if value < 60:
        return gettext("%(n)s s") % {"n": number_format(value, decimal_pos=1)}
    return gettext("%(m)s min %(s)s s") % {"m": number(int(value // 60)), "s": number(int(value % 60))}
