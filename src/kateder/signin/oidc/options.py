"""What django-oauth-toolkit is told. Imported by the settings, so it imports nothing of Django."""

from __future__ import annotations

from typing import Final

CODE_SECONDS: Final = 60
TOKEN_SECONDS: Final = 600

OPTIONS: Final = {
    "OIDC_ENABLED": True,
    "OAUTH2_SERVER_CLASS": "kateder.signin.oidc.server.CodeFlowServer",
    "OAUTH2_VALIDATOR_CLASS": "kateder.signin.oidc.validator.Validator",
    # Scopes open nothing: what a service may know is its release policy. They are listed so that an ordinary
    # client library, which asks for "profile email" by itself, is not refused.
    "SCOPES": {"openid": "openid", "profile": "profile", "email": "email"},
    "DEFAULT_SCOPES": [],
    "PKCE_REQUIRED": True,
    "ALLOW_URI_WILDCARDS": False,
    # Loopback over http, for the demo, is `clients`' own exception: the toolkit never redirects here.
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": CODE_SECONDS,
    "ACCESS_TOKEN_EXPIRE_SECONDS": TOKEN_SECONDS,
    "ID_TOKEN_EXPIRE_SECONDS": TOKEN_SECONDS,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
