"""OAuth 2 as a client with credentials of its own speaks it (RFC 6749 §4.4): no HTTP here, only what is said."""

from kateder.protocols.oauth2.clients import SPARE_SECONDS, NotAToken, Token, basic, form, token_of

__all__ = ["SPARE_SECONDS", "NotAToken", "Token", "basic", "form", "token_of"]
