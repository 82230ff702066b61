"""The shape of metadata: the schema of RFC 9932 first, that of the draft before it as a fallback, entity by entity.

The RFC's asks for at least one issuer and one pin and for digests of the right length; the draft's does not, and
metadata from before either still has pins of the form `{name, value}`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from kateder.protocols.matf.metadata import Endpoint, Entity
from kateder.protocols.matf.refusals import BadEntity, MetadataRefused

Uri = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$", max_length=2000)]
Tag = Annotated[str, Field(pattern=r"^[a-z0-9]{1,64}$")]
VERSION = r"^\d+\.\d+\.\d+$"
OF_DRAFT = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class _Open(BaseModel):
    """Takes members that nobody has heard of yet; types are what they say."""

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)


class _Closed(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class _Pin(_Closed):
    alg: Literal["sha256"]
    digest: str = Field(pattern=r"^[A-Za-z0-9+/]{43}=$")


class _Issuer(_Closed):
    x509certificate: str


class _AnyEndpoint(_Open):
    description: str = ""
    tags: list[Tag] = []


class _Endpoint(_AnyEndpoint):
    pins: list[_Pin] = Field(min_length=1)
    base_uri: Uri | None = None


class _AnyEntity(_Open):
    organization: str = ""


class _Entity(_AnyEntity):
    entity_id: Uri
    organization_id: str = ""
    issuers: list[_Issuer] = Field(min_length=1)
    servers: list[_Endpoint] = []
    clients: list[_Endpoint] = []


class _DraftPin(_Closed):
    alg: Literal["sha256"] = Field(validation_alias=AliasChoices("alg", "name"))
    digest: str = Field(validation_alias=AliasChoices("digest", "value"), pattern=OF_DRAFT)


class _DraftIssuer(_Closed):
    x509certificate: str = ""


class _DraftEndpoint(_AnyEndpoint):
    pins: list[_DraftPin]
    base_uri: str | None = None


class _DraftEntity(_AnyEntity):
    entity_id: str = Field(min_length=1, max_length=2000)
    # Unknown to the draft, so it may be anything there.
    organization_id: Any = ""
    issuers: list[_DraftIssuer]
    servers: list[_DraftEndpoint] = []
    clients: list[_DraftEndpoint] = []


class Frame(_Open):
    """What holds the entities, which are looked at one by one."""

    version: str = Field(pattern=VERSION)
    cache_ttl: int | None = Field(default=None, ge=0)
    entities: list[Any]


def frame_of(payload: Mapping[str, Any]) -> Frame:
    """The metadata around its entities. Raises MetadataRefused."""
    try:
        return Frame.model_validate(payload)
    except ValidationError:
        raise MetadataRefused("schema") from None


def entity_of(member: object) -> Entity:
    """One entity. Raises BadEntity where neither schema takes it."""
    try:
        return _entity(_Entity.model_validate(member), follows_draft=False)
    except ValidationError as refusal:
        try:
            return _entity(_DraftEntity.model_validate(member), follows_draft=True)
        except ValidationError:
            raise BadEntity(_where(refusal)) from None


def _entity(found: _Entity | _DraftEntity, *, follows_draft: bool) -> Entity:
    return Entity(
        entity_id=found.entity_id,
        organization=found.organization,
        organization_id=found.organization_id if isinstance(found.organization_id, str) else "",
        issuers=tuple(one.x509certificate for one in found.issuers),
        servers=tuple(map(_endpoint, found.servers)),
        clients=tuple(map(_endpoint, found.clients)),
        follows_draft=follows_draft,
    )


def _endpoint(found: _Endpoint | _DraftEndpoint) -> Endpoint:
    pins = [pin for one in found.pins if (pin := _canonical(one.digest))]
    return Endpoint(
        pins=tuple(dict.fromkeys(pins)),
        tags=tuple(dict.fromkeys(found.tags)),
        description=found.description,
        base_uri=found.base_uri or "",
    )


def _canonical(digest: str) -> str:
    """The one spelling of a digest: base64 leaves two bits free, so that four texts say the same 32 bytes."""
    try:
        found = base64.b64decode(digest, validate=True)
    except binascii.Error:
        return ""
    return base64.b64encode(found).decode() if len(found) == 32 else ""


def _where(refusal: ValidationError) -> str:
    return ".".join(str(step) for step in refusal.errors()[0]["loc"])[:100]
