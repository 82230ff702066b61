"""Why a federation cannot be used just now."""

from __future__ import annotations

from kateder.core.errors import DomainError


class NotThroughFederation(DomainError):
    """The federation cannot be used just now."""

    stops: str = "federation"
    """The code by which a delivery says that it stopped for this."""


class NoMetadata(NotThroughFederation):
    """There is no metadata of {federation} yet. Pin its keys, then fetch it."""

    stops = "no_metadata"


class MetadataEnded(NotThroughFederation):
    """The metadata of {federation} has ended and no newer could be fetched: nobody is trusted by it until there is."""

    stops = "metadata_ended"


class MetadataUnverified(NotThroughFederation):
    """The stored metadata of {federation} cannot be verified by the keys that are pinned ({why})."""

    stops = "metadata_unverified"


class NotAMember(NotThroughFederation):
    """{entity} is not, or no longer, a member of {federation}. Nothing is sent there."""

    stops = "not_a_member"


class NoSuchServer(NotThroughFederation):
    """{entity} has no server for {tag} in {federation}. Ask the provider."""

    stops = "no_such_server"


class NoKeyOfOurs(NotThroughFederation):
    """We have no key to show in {federation} yet. Describe our own entity first."""

    stops = "no_key_of_ours"


class KeysRefused(DomainError):
    """These are no keys that metadata can be verified with ({why}). Ask the federation for its public key set."""


class FederationIncomplete(DomainError):
    """A federation needs a name of at most 80 characters, and an address that begins with https://."""


class FederationTaken(DomainError):
    """There is a federation called {name} already."""
