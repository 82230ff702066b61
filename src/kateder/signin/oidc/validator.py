"""The rules of the provider, where django-oauth-toolkit asks for them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare
from oauth2_provider.models import set_token_value
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2.rfc6749 import errors

from kateder.core import clock
from kateder.signin.models import AccessToken, Grant, IDToken
from kateder.signin.oidc.claims import claims
from kateder.signin.oidc.exchange import ISSUER_HEADER
from kateder.signin.oidc.exit import let_out
from kateder.signin.release import NothingReleased, released
from kateder.signin.traces import signed_in_at_service


def digest(secret: str) -> str:
    """How a client's secret is kept. It is 256 random bits, so one SHA-256 does; a password hash costs 390 ms."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Validator(OAuth2Validator):  # type: ignore[misc]
    """Confidential clients, PKCE, exact addresses; claims are what governance releases today."""

    # Claims depend on the service's release policy, never on the scopes that it asks for.
    oidc_claim_scope = None

    def get_oidc_issuer_endpoint(self, request: Any) -> str:
        """The authority's own origin, put among the headers by `exchange`: a client's headers begin with HTTP_."""
        return str(request.headers[ISSUER_HEADER])

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return bool(stored_secret) and constant_time_compare(digest(provided_secret), stored_secret)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Without "openid" it is no sign-in, and there is nothing else here to ask for."""
        known: bool = super().validate_scopes(client_id, scopes, client, request, *args, **kwargs)
        return "openid" in scopes and known

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """OpenID Connect Core §3.1.2.1: the address is always named."""

    def validate_silent_login(self, request: Any) -> bool:
        """`authorize` has answered login_required before this is asked."""
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        """The authority decides what is released, in `governance`; the person is not asked."""
        return True

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """A code is good once. Shown again, what it gave is taken back (RFC 6749 §4.1.2).

        The row is locked, so that of two requests with the same code one waits and is refused.
        """
        mine = Grant.objects.select_for_update(of=("self",)).select_related("user")
        grant = mine.filter(code=code, application=client).first()
        if grant is None:
            return False
        if grant.used_at is not None:
            AccessToken.objects.filter(grant=grant).delete()
            return False
        if grant.is_expired():
            return False
        request.grant, request.user, request.scopes = grant, grant.user, grant.scope.split()
        return True

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """RFC 6749 §4.1.3: the address of the request that the code answered."""
        return bool(redirect_uri == request.grant.redirect_uri)

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Any) -> str | None:
        return request.grant.nonce or None

    def _create_authorization_code(self, request: Any, code: dict[str, str], expires: Any = None) -> Grant:
        grant: Grant = super()._create_authorization_code(request, code, expires)
        grant.authenticated_at = request.authenticated_at
        grant.save(update_fields=["authenticated_at"])
        return grant

    def get_code_challenge(self, code: str, request: Any) -> str | None:
        return request.grant.code_challenge or None

    def get_code_challenge_method(self, code: str, request: Any) -> str | None:
        return request.grant.code_challenge_method or None

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Kept as used until `clear_expired`, so that a second showing is recognised."""
        request.grant.used_at = clock.now()
        request.grant.save(update_fields=["used_at"])

    def get_additional_claims(self, request: Any) -> dict[str, object]:
        """The released claims; the subject is chosen once per sign-in and repeated at userinfo.

        Raises what the endpoint that asks is to answer: RFC 6749 §5.2 for a code, RFC 6750 §3.1 for a token.
        """
        earlier = request.access_token if isinstance(request.access_token, AccessToken) else None
        today = clock.today()
        try:
            about = released(request.user, service_id=request.client.service_id, today=today)
            request.subject = earlier.id_token.subject if earlier else about.subject
            return let_out(claims(about.fields, subject=request.subject), about=about, today=today)
        except NothingReleased:
            refusal = errors.InvalidTokenError if earlier else errors.InvalidGrantError
            raise refusal(request=request) from None

    def get_claim_dict(self, request: Any) -> dict[str, object]:
        """Never the account's own key, which the toolkit would start from."""
        return self.get_additional_claims(request)

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Any) -> tuple[dict[str, Any], Any]:
        told, expires = super().get_id_token_dictionary(token, token_handler, request)
        told["auth_time"] = int(request.grant.authenticated_at.timestamp())
        return told, expires

    def _save_id_token(self, jti: UUID, request: Any, expires: Any, *args: Any, **kwargs: Any) -> IDToken:
        return IDToken.objects.create(
            user=request.user, scope=" ".join(request.scopes), expires=expires, jti=jti,
            application=request.client, subject=request.subject,
        )  # fmt: skip

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Keep the access token's checksum, tied to the code that it was given for."""
        now = clock.now()
        access_token = AccessToken(
            user=request.user, application=request.client, scope=token["scope"], id_token=request.id_token,
            grant=request.grant, expires=now + timedelta(seconds=token["expires_in"]),
        )  # fmt: skip
        set_token_value(access_token, token["access_token"])
        access_token.save()
        signed_in_at_service(request.user.person_id, service_id=request.client.service_id, at=now)
