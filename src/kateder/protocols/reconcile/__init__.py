"""Judges differences: may this plan be carried out without asking a person?

One engine for what comes in (sources) and what goes out (provisioning). It knows no database and no
wire: whoever owns the data yields `Difference` values, in any order, and `judge` reads them once and
answers with a `Verdict`: how much of what, which limits are hit, and a hash that an approval is bound to.

    compare → judge → (a person, when a limit holds it) → apply what was judged, if the hash is the same
"""

from kateder.protocols.reconcile.compare import NotSorted, State, compare
from kateder.protocols.reconcile.difference import Action, Difference
from kateder.protocols.reconcile.fingerprint import Fingerprint
from kateder.protocols.reconcile.judge import Judging, Verdict, judge, judge_counted
from kateder.protocols.reconcile.limits import LimitHit, Limits, Measure

__all__ = [
    "Action",
    "Difference",
    "Fingerprint",
    "Judging",
    "LimitHit",
    "Limits",
    "Measure",
    "NotSorted",
    "State",
    "Verdict",
    "compare",
    "judge",
    "judge_counted",
]
