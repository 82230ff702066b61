"""The last look at claims before they leave: the allow-list that deliveries pass too. It fails closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.governance.api import CLAIMS, Level, Released, allow_list, policy_of
from kateder.signin.release import NotAllowed


def let_out(told: Mapping[str, object], *, about: Released, today: date) -> dict[str, object]:
    """The claims, if every one may be told. Raises NotAllowed; the audit names the ones that may not, never a value."""
    body = dict(told)
    if policy_of(about.service_id, today=today).level is Level.TRANSIENT:
        # A fresh id is nobody's, so it is not among the stored ones.
        body.pop("sub")
    listed = allow_list(about.service_id, today=today, people=[about.person_id])
    if found := listed.violations(CLAIMS, body):
        audit.refuse(
            "claims.stopped", actor=Actor.system("signin"), subject_type="service", subject_id=about.service_id,
            paths=[f"{violation.path}: {violation.reason}" for violation in found],
        )  # fmt: skip
        raise NotAllowed
    return dict(told)
