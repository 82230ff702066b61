"""Look at a target from its settings to its door, sending no data: what is wrong, and what to do about it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kateder.core.secrets import CannotUnseal
from kateder.core.tenancy import within
from kateder.provisioning.egil.exchange import knock
from kateder.provisioning.models import Target
from kateder.trust import api as trust

SOON = timedelta(days=30)

ADVICE = {
    "not_the_pinned_server": "The server has another key, or an expired certificate: ask the provider for its pins.",
    "connection": "The server does not answer: is the address right, and does it know our certificate?",
    "timeout": "The server does not answer in time.",
    "http_401": "The server wants our certificate: give it to the provider (`kateder target show`).",
    "http_403": "The server does not know our certificate: give it to the provider (`kateder target show`).",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    advice: str = ""


def check(authority_id: UUID, target_id: UUID, *, now: datetime) -> list[Check]:
    """Check key, certificate and connection, in that order; the first that is wrong ends it.

    Call it outside transactions: it talks to the target.
    """
    with within(authority_id):
        target = Target.objects.select_related("keypair").get(id=target_id)
        try:
            context = trust.client_context(target.pins, keypair_id=target.keypair_id)
        except CannotUnseal as failure:
            return [Check("key", ok=False, advice=str(failure))]
    checks = [Check("key", ok=True)]
    left = target.keypair.not_after - now
    advice = "" if left > SOON else "Our certificate ends soon: make a new key and give it to the provider."
    checks.append(Check("certificate", ok=left > timedelta(0), advice=advice))
    if not checks[-1].ok:
        return checks
    code = asyncio.run(knock(target.base_uri, context=context, seconds=target.request_seconds))
    return [*checks, Check("connection", ok=not code, advice=ADVICE.get(code, code))]
