"""The door of today's people.

admission = admit(unit_id, Guest(...), today=today, actor=actor)     # within()
renew(admission.pk, end_date=…, today=today, actor=actor)
end(admission.pk, today=today, actor=actor)
"""

from __future__ import annotations

from kateder.sources.todays.admitting import LONGEST_DAYS, Guest, admit, may_admit, units_to_admit_at
from kateder.sources.todays.ending import (
    closed_accounts,
    end,
    lone_guest,
    note_account,
    note_closed,
    renew,
    settle,
    undo,
)
from kateder.sources.todays.listing import GroupChoice, Visit, groups_to_choose, sponsors, visits
from kateder.sources.todays.models import AdmissionKind

__all__ = [
    "LONGEST_DAYS",
    "AdmissionKind",
    "GroupChoice",
    "Guest",
    "Visit",
    "admit",
    "closed_accounts",
    "end",
    "groups_to_choose",
    "lone_guest",
    "may_admit",
    "note_account",
    "note_closed",
    "renew",
    "settle",
    "sponsors",
    "undo",
    "units_to_admit_at",
    "visits",
]
