"""How a released id is computed. `governance.store` keeps it: it is stored at first release."""

import hmac
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Kinds of things that have a pseudonym of their own at each service."""

    PERSON = "person"
    GROUP = "group"
    ORGANISATION = "organisation"
    DUTY = "duty"
    ACTIVITY = "activity"


def service_key(authority_key: bytes, *, service_id: UUID, epoch: int) -> bytes:
    """Derive the key of one service and epoch; a new epoch gives every pseudonym a new value."""
    return hmac.digest(authority_key, b"released:%d:" % epoch + service_id.bytes, "sha256")


def released_id(key: bytes, *, kind: Kind, root_id: UUID) -> UUID:
    """Compute the pseudonym of a root id: HMAC-SHA-256 shaped as a UUID.

    The version nibble is 5 and the variant that of RFC 9562, because old validators accept only
    versions 1-5.
    """
    digest = hmac.digest(key, kind.value.encode() + b":" + root_id.bytes, "sha256")
    return UUID(bytes=digest[:16], version=5)
