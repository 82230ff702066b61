"""The shape of a service file. A key that is not here is a misspelling and is refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kateder.catalogue.models import ResourceKind
from kateder.governance import fields as released
from kateder.governance.verdicts import Level, Outcome, Tier

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Part(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProviderPart(Part):
    """Who runs the service."""

    name: Text
    organisation_number: str = ""
    contact: str = ""
    website: str = ""


class ServicePart(Part):
    """What is connected to."""

    name: Text
    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{2,60}$")]
    launch_uri: str = ""
    supports_delivery: bool = True


class ResourcePart(Part):
    """A learning resource. One that is printed is on no service."""

    title: Text
    kind: ResourceKind = ResourceKind.DIGITAL
    subject_code: str = ""
    subject_name: str = ""
    years: tuple[int, int] | None = None
    cover: str = ""
    article_number: str = ""
    target_link_uri: str = ""


class AgreementPart(Part):
    """The data processing agreement (PUB-avtal)."""

    controller: Text
    registration_number: Text
    valid_from_date: date
    valid_to_date: date | None = None
    notice_days: int = Field(default=0, ge=0)
    signed_by: str = ""


class DecisionPart(Part):
    """That the service may be used, or may not."""

    outcome: Outcome
    tier: Tier = Tier.OPTIONAL
    decided_by: Text
    delegation: str = ""
    grounds: str = ""
    registration_number: Text
    valid_from_date: date
    valid_to_date: date | None = None


class FieldPart(Part):
    """One field that the service may have."""

    field: released.Field
    purpose: Text
    clause: Text
    end_date: date | None = None


class ReleasePart(Part):
    """What the service may know of the people who use it."""

    level: Level = Level.TRANSIENT
    display: released.Display = released.Display.ALIAS
    group_names: released.GroupNames = released.GroupNames.ALIAS
    protected_rule: released.ProtectedRule = released.ProtectedRule.NONE
    ids_from: str = ""
    field: tuple[FieldPart, ...] = ()


class ServiceFile(Part):
    """A whole file. Without agreement and decision the service is in the catalogue, and gets no data."""

    provider: ProviderPart
    service: ServicePart
    resource: tuple[ResourcePart, ...] = ()
    agreement: tuple[AgreementPart, ...] = ()
    decision: tuple[DecisionPart, ...] = ()
    release: ReleasePart = ReleasePart()
