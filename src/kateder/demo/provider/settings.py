"""Where the provider keeps its things and which doors it opens."""

from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Ports may be 0: then free ones are taken, and written to `provider.json` in the state folder."""

    state: Path
    issuer: str
    pages_port: int = 8100
    scim_port: int = 8101

    @property
    def log_file(self) -> Path:
        """Everything ever given, one JSON object a line."""
        return self.state / "log.jsonl"

    @property
    def clients_folder(self) -> Path:
        """Certificates (`*.pem`) of the clients that may deliver; read again when it changes."""
        return self.state / "clients"

    @property
    def orders_file(self) -> Path:
        """How to misbehave, see `orders`."""
        return self.state / "orders.json"

    @property
    def oidc_file(self) -> Path:
        """`{"client_id", "client_secret"}` as registered at the issuer; read at every sign-in."""
        return self.state / "oidc.json"

    @property
    def address_file(self) -> Path:
        """What others need to reach us: written when the doors are open, removed when they close."""
        return self.state / "provider.json"

    @property
    def identity_file(self) -> Path:
        """Our own key and certificate, made at the first start."""
        return self.state / "identity.pem"
