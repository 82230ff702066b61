"""What the server says of itself, and how strictly it reads."""

from __future__ import annotations

from functools import cache

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ETag,
    Filter,
    Patch,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
)

from kateder.core.setup import Settings
from kateder.protocols.egil import schemas
from kateder.protocols.egil.types import ENDPOINTS, ResourceType

MOST_RESULTS = 1000
USUAL_RATE = 200
"""Requests a second, where the source says nothing: the reference client sends some fifty."""
USUAL_RESULTS = 500
KIND_AT = {endpoint.casefold(): kind for kind, endpoint in ENDPOINTS.items()}


@cache
def provider() -> ScimProvider:
    """The server's description (RFC 7644 §4)."""
    return schemas.provider(
        ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MOST_RESULTS),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="Bearer token",
                    description="The token that Kateder shows once, or a client certificate whose key is pinned",
                    primary=True,
                )
            ],
        )
    )


def policy_of(settings: Settings) -> ScimPolicy:
    """Attributes that we do not know are refused, or left out where the source says so."""
    ignores = bool(settings.get("ignore_unknown"))
    return ScimPolicy(unknown=ScimPolicy.Unknown.ignore if ignores else ScimPolicy.Unknown.forbid)


def rate_of(settings: Settings) -> int:
    """How many requests a second the sender may make; 0 is as many as it can."""
    return max(0, int(settings.get("rate", USUAL_RATE)))


def kind_at(endpoint: str) -> ResourceType | None:
    """The kind of resource at an endpoint such as `Users`."""
    return KIND_AT.get(endpoint.casefold())
