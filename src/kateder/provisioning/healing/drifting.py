"""What has been changed at a target behind our back, where it shows it in another form than our bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from kateder.provisioning.models import Target, TargetObject
from kateder.provisioning.planning.preparing import wanted_at
from kateder.provisioning.planning.step import Key
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import Listed, Showing, Way

DRIFTED: Final = sha256(b"otherwise than any body of ours").digest()


def read(target_id: UUID, way: Way, listed: list[Listed], *, today: date) -> list[Listed]:
    """Give what is listed the digest of the body that it agrees with, where the way can tell. Call within().

    What is otherwise than it should be gets a digest that nothing has, if we believed it to be right; a change that
    is not delivered yet is nobody's drift.
    """
    if not isinstance(way, Showing):
        return listed
    target = Target.objects.get(id=target_id)
    settings = ways.settings_of(target)
    acknowledged = TargetObject.objects.filter(target=target_id, content_hash__isnull=False)
    rows = acknowledged.values_list("resource_type", "released_id", "content_hash")
    believed: dict[Key, bytes] = {(kind, released): bytes(digest or b"") for kind, released, digest in rows.iterator()}
    wanted = {
        (one.resource_type, one.released_id): (one.body, one.content_hash)
        for one in wanted_at(target.service_id, way=way, settings=settings, today=today)
    }
    return list(_told(listed, wanted, believed, agrees=way.agreement(settings)))


def _told(
    listed: list[Listed],
    wanted: dict[Key, tuple[bytes, bytes]],
    believed: dict[Key, bytes],
    *,
    agrees: Callable[[object, bytes], bool],
) -> Iterator[Listed]:
    for one in listed:
        key = None if one.released_id is None else (one.resource_type, one.released_id)
        if key is None or key not in wanted:
            yield one
            continue
        body, digest = wanted[key]
        if agrees(one.shown, body):
            yield replace(one, content_hash=digest)
        else:
            yield replace(one, content_hash=DRIFTED) if believed.get(key) == digest else one
