"""What `kateder doctor` says about federations."""

from __future__ import annotations

from collections.abc import Iterator

from kateder.core import authorities, clock
from kateder.core.checks import Answer, check, failure, fine, warning
from kateder.core.tenancy import within
from kateder.trust.federations.current import metadata_of
from kateder.trust.federations.refusals import NotThroughFederation
from kateder.trust.models import Federation


@check("federations")
def federations() -> Iterator[Answer]:
    """Whether the stored metadata of every federation is verified, holds, and can be renewed."""
    for authority in authorities.every():
        with within(authority.id):
            for one in Federation.objects.defer("raw").order_by("name"):
                yield _answer(one, f"{authority.slug}/{one.name}")


def _answer(federation: Federation, name: str) -> Answer:
    if not federation.keys:
        return warning(f"{name}: no key is pinned.", "Compare its keys and pin one: kateder trust federation keys.")
    try:
        metadata = metadata_of(federation.id, now=clock.now())
    except NotThroughFederation as refusal:
        return failure(f"{name}: {refusal.stops}", str(refusal))
    if federation.failure:
        return warning(f"{name} was not fetched ({federation.failure}).", "What we have holds until it ends.")
    return fine(f"{name}: {len(metadata.entities)} members, until {metadata.expires_at:%Y-%m-%d}")
