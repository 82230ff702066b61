"""What has been accepted, as it lies in the source's mirror: create, replace, patch, remove, find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from scim2_models import (
    Context,
    InvalidValueException,
    NotFoundException,
    PatchOp,
    PreconditionFailedException,
    Resource,
    ScimPolicy,
    UniquenessException,
)

from kateder.protocols.egil.schemas import MODELS
from kateder.protocols.egil.types import ResourceType
from kateder.protocols.scim.versions import matches
from kateder.sources import mirror
from kateder.sources.egil_in.kept import Body, Kept, read
from kateder.sources.egil_in.since import renewed
from kateder.sources.mirror import CURRENT, LONGEST_KEY
from kateder.sources.models import MirrorRecord

# In an address or a list of references these would mean something else.
NOT_IN_IDS = frozenset("|/?#")


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of one kind in one source. Call within()."""

    source_id: UUID
    kind: ResourceType
    policy: ScimPolicy

    @property
    def model(self) -> type[Resource[Any]]:
        """The kind's schema."""
        return MODELS[self.kind]

    def get(self, id_: str) -> Kept:
        """One of them. Raises NotFoundException."""
        return _kept(self._rows().filter(key=id_).first(), id_)

    def page(self, *, start: int, count: int) -> tuple[int, list[Kept]]:
        """How many there are, and those from `start` (from 0) in the order of their ids."""
        rows = self._rows().order_by("key")
        return rows.count(), [_kept(row, row.key) for row in rows[start : start + count]]

    def named(self, external_id: str) -> list[Kept]:
        """Those that the client knows by this `externalId`: the one of that id, unless it has been renamed."""
        return [read(row.key, row.body) for row in self._rows().filter(body__body__externalId=external_id)]

    def every(self) -> Iterator[Kept]:
        """All of them, in the order of their ids."""
        for record in mirror.records(self.source_id, self.kind.value):
            yield read(record.key, record.body)

    def create(self, given: Body, *, overwrite: bool, now: datetime, today: date) -> tuple[Kept, bool]:
        """Accept a new object; gives it, and whether there was none before.

        It gets the client's `externalId` as its id. Raises UniquenessException for one that is there, unless it may
        be written over.
        """
        resource = self._validated(given, Context.RESOURCE_CREATION_REQUEST)
        id_ = _id(resource)
        before = self._locked(id_)
        if before is not None and not overwrite:
            raise _there_already(self.kind, id_)
        return self._keep(id_, resource, before=before, now=now, today=today), before is None

    def replace(self, id_: str, given: Body, *, if_match: str, now: datetime, today: date) -> Kept:
        """Put a whole object in place of another. Raises NotFoundException, PreconditionFailedException."""
        before = self._current(id_, if_match=if_match)
        resource = self._validated(given, Context.RESOURCE_REPLACEMENT_REQUEST)
        return self._keep(id_, resource, before=before, now=now, today=today)

    def patch(self, id_: str, given: Body, *, if_match: str, now: datetime, today: date) -> Kept:
        """Change parts of an object, all of them or none (RFC 7644 §3.5.2)."""
        before = self._current(id_, if_match=if_match)
        resource = self.resource(before)
        operations = PatchOp[self.model].model_validate(  # type: ignore[name-defined]
            given, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=self.policy
        )
        operations.patch(resource, scim_policy=self.policy)
        return self._keep(id_, resource, before=before, now=now, today=today)

    def remove(self, id_: str, *, if_match: str) -> None:
        """Forget an object. Raises NotFoundException, PreconditionFailedException."""
        self._current(id_, if_match=if_match)
        mirror.remove(self.source_id, self.kind.value, [id_])

    def resource(self, kept: Kept) -> Resource[Any]:
        """An object as its schema's model, with what a filter may ask of its `meta`."""
        meta = {
            "resourceType": self.kind.value,
            "created": kept.created,
            "lastModified": kept.modified,
            "version": kept.version,
        }
        return self.model.model_validate({**kept.body, "id": kept.id, "meta": meta}, scim_policy=self.policy)

    def _validated(self, given: Body, context: Context) -> Resource[Any]:
        return self.model.model_validate(given, scim_ctx=context, scim_policy=self.policy)

    def _keep(self, id_: str, resource: Resource[Any], *, before: Kept | None, now: datetime, today: date) -> Kept:
        body = resource.model_dump()
        body.pop("id", None)
        body.pop("meta", None)
        if before is not None and before.body == body:
            return before
        since = renewed(self.kind, body, before=before.since if before else {}, today=today)
        kept = Kept(id_, body, before.created if before else now, now, since)
        if not mirror.keep(
            self.source_id, self.kind.value, mirror.Record(id_, _written(kept)), only_new=before is None
        ):
            raise _there_already(self.kind, id_)
        return kept

    def _current(self, id_: str, *, if_match: str) -> Kept:
        before = self._locked(id_)
        if before is None:
            raise NotFoundException(detail=f"There is no {self.kind.value} {id_}")
        if if_match and not matches(if_match, before.version):
            raise PreconditionFailedException(detail="It has changed since")
        return before

    def _locked(self, id_: str) -> Kept | None:
        row = self._rows().filter(key=id_).select_for_update().first()
        return None if row is None else read(row.key, row.body)

    def _rows(self) -> Any:
        return MirrorRecord.objects.filter(source=self.source_id, intake=CURRENT, resource=self.kind.value)


def _there_already(kind: ResourceType, id_: str) -> UniquenessException:
    return UniquenessException(detail=f"{kind.value} {id_} is already there")


def _id(resource: Resource[Any]) -> str:
    """The server adopts the client's `externalId`: it is what PUT and DELETE will be addressed to."""
    id_ = resource.external_id
    if id_ is None:
        return str(uuid4())
    if not id_ or len(id_) > LONGEST_KEY or not id_.isprintable() or NOT_IN_IDS.intersection(id_):
        raise InvalidValueException(detail="externalId cannot be an id")
    return id_


def _kept(row: MirrorRecord | None, id_: str) -> Kept:
    if row is None:
        raise NotFoundException(detail=f"There is no {id_}")
    return read(row.key, row.body)


def _written(kept: Kept) -> Body:
    return {
        "body": kept.body,
        "created": kept.created.isoformat(),
        "modified": kept.modified.isoformat(),
        "since": kept.since,
    }
