"""The provider's grants: one. What is not registered here cannot be asked for."""

from __future__ import annotations

from typing import Any

from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid.connect.core.endpoints.userinfo import UserInfoEndpoint
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant


class CodeFlowServer(AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint):  # type: ignore[misc]
    """Authorisation code only: no implicit, hybrid, password, client credentials, device or refresh grant.

    A launch needs an identity once; the next launch asks again, and is answered by today's rules.
    """

    def __init__(self, request_validator: Any, token_expires_in: int | None = None, **_options: Any) -> None:
        grant = AuthorizationCodeGrant(request_validator)
        grant.refresh_token = False
        # RFC 9700 §2.1.1: "plain" is refused where it is asked for, not when the code is saved.
        plain_free = {"S256": grant.proxy_target._code_challenge_methods["S256"]}  # noqa: SLF001
        grant.proxy_target._code_challenge_methods = plain_free  # noqa: SLF001
        bearer = BearerToken(request_validator, expires_in=token_expires_in)
        AuthorizationEndpoint.__init__(
            self, default_response_type="code", response_types={"code": grant}, default_token_type=bearer
        )
        TokenEndpoint.__init__(
            self, default_grant_type="authorization_code", grant_types={"authorization_code": grant},
            default_token_type=bearer,
        )  # fmt: skip
        UserInfoEndpoint.__init__(self, request_validator)
