"""Provisioning's one door: targets, deliveries, and where a person's account stands."""

from collections.abc import Iterable
from uuid import UUID

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.provisioning.healing.doubting import doubt_all
from kateder.provisioning.healing.never_send import is_never_sent
from kateder.provisioning.models import DeliveryRun, Phase, RunState, Target, TargetState, TargetTrial
from kateder.provisioning.oneroster.results import LineItem, Result, line_items, with_results
from kateder.provisioning.oneroster.results import has_any as has_results
from kateder.provisioning.oneroster.results import of_person as results_of_person
from kateder.provisioning.runs import trouble
from kateder.provisioning.runs.progress import estimated_end
from kateder.provisioning.runs.running import DeliversOutsideTransactions, run
from kateder.provisioning.sight.accounts import (
    Account,
    AccountState,
    Sent,
    account_state,
    account_states,
    receipts,
    sent_for,
)
from kateder.provisioning.sight.health import Health
from kateder.provisioning.sight.health import of_all as health
from kateder.provisioning.sight.previewing import Preview, preview
from kateder.provisioning.sight.standings import Standing
from kateder.provisioning.ss12000.presets import PRESETS, Preset
from kateder.provisioning.ss12000.profiles import Api, BadProfile, People, Profile, profile_of
from kateder.provisioning.ss12000.profiles import read as read_profile
from kateder.provisioning.ss12000.reports import mend as mend_reports
from kateder.provisioning.ss12000.reports import scope_of as reports_scope
from kateder.provisioning.ss12000.subscriptions import end as end_subscription
from kateder.provisioning.ss12000.subscriptions import of as subscriptions_of
from kateder.provisioning.ss12000.subscriptions import spell as spell_subscription
from kateder.provisioning.targets.causes import Cause, cause_of
from kateder.provisioning.targets.export_folders import folder_choices, require_permitted
from kateder.provisioning.targets.federated import Through
from kateder.provisioning.targets.fetching import api_of, let_fetch, preview_of, returns_results
from kateder.provisioning.targets.keeping import (
    BadAddress,
    BadLimits,
    BadPin,
    add_target,
    change_target,
    set_pace,
    set_state,
    targets,
)
from kateder.provisioning.targets.trying import request_trial
from kateder.provisioning.tasks import ask
from kateder.provisioning.ways.contract import Way
from kateder.provisioning.ways.registry import UnknownWay, shown_settings, ways_offered
from kateder.provisioning.ways.registry import of as way_of

__all__ = [
    "PRESETS",
    "Account",
    "AccountState",
    "Api",
    "BadAddress",
    "BadLimits",
    "BadPin",
    "BadProfile",
    "Cause",
    "DeliversOutsideTransactions",
    "DeliveryRun",
    "Health",
    "LineItem",
    "People",
    "Phase",
    "Preset",
    "Preview",
    "Profile",
    "Result",
    "RunState",
    "Sent",
    "Standing",
    "Target",
    "TargetState",
    "TargetTrial",
    "Through",
    "UnknownWay",
    "Way",
    "account_state",
    "account_states",
    "add_target",
    "api_of",
    "cause_of",
    "change_target",
    "doubt_all",
    "end_subscription",
    "estimated_end",
    "folder_choices",
    "has_results",
    "health",
    "is_never_sent",
    "let_fetch",
    "line_items",
    "mend_reports",
    "preview",
    "preview_of",
    "profile_of",
    "read_profile",
    "receipts",
    "reports_scope",
    "request_delivery",
    "request_trial",
    "require_permitted",
    "results_of_person",
    "returns_results",
    "run",
    "sent_for",
    "set_pace",
    "set_state",
    "shown_settings",
    "spell_subscription",
    "subscriptions_of",
    "targets",
    "way_of",
    "ways_offered",
    "with_results",
]


def request_delivery(service_ids: Iterable[UUID], *, by: Actor | None = None) -> None:
    """Ask for a delivery to each service's target once the transaction commits; one at a time per target.

    `by` is the person who wants it now, however often it has gone wrong before.
    """
    found = list(Target.objects.filter(service_id__in=list(service_ids)).values_list("id", flat=True))
    if by is not None:
        trouble.end_wait(found, now=clock.now(), by=by)
    ask(found)
