"""The tables of trust: our own keys, the clients that may call us, and who may vouch for them, federations."""

from kateder.trust.models.clients import ApiClient, ApiSecret, ApiToken, RateBucket, Reading
from kateder.trust.models.federations import EntityKey, Federation, KeyUse, OwnEntity
from kateder.trust.models.issuers import Issuer
from kateder.trust.models.keypairs import Keypair

__all__ = [
    "ApiClient",
    "ApiSecret",
    "ApiToken",
    "EntityKey",
    "Federation",
    "Issuer",
    "KeyUse",
    "Keypair",
    "OwnEntity",
    "RateBucket",
    "Reading",
]
