"""The five addresses of the provider: discovery, keys, authorize, token, userinfo. No others are mounted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, CustomOAuth2Error, InvalidRequestError, OAuth2Error
from oauthlib.openid.connect.core.exceptions import LoginRequired

from kateder.core import audit, clock
from kateder.signin.models import Application
from kateder.signin.oidc.claims import STANDARD_NAMES
from kateder.signin.oidc.exchange import exchange, issuer
from kateder.signin.oidc.keys import JWKS_SECONDS, published_keys
from kateder.signin.release import NothingReleased, released
from kateder.signin.requests import Request, account_of, acting
from kateder.signin.session_facts import signed_in_at

S256_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@require_GET
def discovery(request: Request) -> JsonResponse:
    """OpenID Connect Discovery 1.0 §3."""
    base = issuer(request)
    return JsonResponse(
        {
            "issuer": base,
            "authorization_endpoint": base + reverse("oidc-authorize"),
            "token_endpoint": base + reverse("oidc-token"),
            "userinfo_endpoint": base + reverse("oidc-userinfo"),
            "jwks_uri": base + reverse("oidc-jwks"),
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", *STANDARD_NAMES.values()],
            "prompt_values_supported": ["none", "login"],
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "authorization_response_iss_parameter_supported": True,
        }
    )


@require_GET
def jwks(_request: Request) -> JsonResponse:
    """The public halves of the authority's signing keys."""
    response = JsonResponse(published_keys(now=clock.now()))
    response["Cache-Control"] = f"public, max-age={JWKS_SECONDS}"
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: Request) -> HttpResponse:
    """A service asks who this is. Answers with a code, a sign-in page, or a refusal (OpenID Connect Core §3.1.2)."""
    if request.method == "POST":
        # Core §3.1.2.1 has us accept both. A browser holds back the session cookie from a foreign POST.
        return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}", status=303)
    try:
        return _answer(request)
    except FatalClientError as error:
        # The client or its address is not what was registered: nobody is sent there.
        return _client_refused(request, error.oauthlib_error.error)
    except OAuthToolkitError as error:
        return _refusal(request, error.oauthlib_error)


def _answer(request: Request) -> HttpResponse:
    if _has_nul(request.GET):
        return _client_refused(request, "invalid_request")
    scopes, asked = exchange().validate_authorization_request(request)
    if (unsupported := _unsupported(request)) is not None:
        return _refusal(request, unsupported, asked)
    return _sign_in_first(request, asked) or _give_code(request, scopes, asked)


@csrf_exempt
@never_cache
@require_POST
def token(request: Request) -> HttpResponse:
    """A service exchanges its code (RFC 6749 §4.1.3)."""
    if _has_nul(request.POST):
        return JsonResponse({"error": "invalid_request"}, status=400)
    _url, headers, body, status = exchange().create_token_response(request)
    return _json(body, status=status, headers=headers)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def userinfo(request: Request) -> HttpResponse:
    """A service reads the claims again (OpenID Connect Core §5.3). A token in the address is not looked at."""
    if "Authorization" not in request.headers:
        # The library would look for the token in the address too, its flag for RFC 9700 §4.3.2 notwithstanding.
        return _json("", status=401, headers={"WWW-Authenticate": "Bearer"})
    _url, headers, body, status = exchange().create_userinfo_response(request)
    return _json(body, status=status, headers=headers)


def _json(body: str | None, *, status: int, headers: Mapping[str, str]) -> HttpResponse:
    response = HttpResponse(body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        response[name] = value
    return response


def _client_refused(request: Request, code: str) -> HttpResponse:
    return render(request, "signin/client_refused.html", {"code": code}, status=400)


def _has_nul(parameters: QueryDict) -> bool:
    """A zero byte, which is in no honest parameter and which PostgreSQL does not take."""
    return any("\0" in value for _name, values in parameters.lists() for value in values)


def _sign_in_first(request: Request, asked: dict[str, Any]) -> HttpResponse | None:
    prompt, max_age = set(asked.get("prompt") or ()), request.GET.get("max_age", "")
    since = signed_in_at(request)
    too_old = since is None or (max_age.isdecimal() and (clock.now() - since).total_seconds() > int(max_age))
    if not too_old and "login" not in prompt:
        return None
    if "none" in prompt:
        return _refusal(request, LoginRequired(), asked)
    return redirect_to_login(f"{request.path}?{_without_prompt(request.GET)}")


def _without_prompt(query: QueryDict) -> str:
    """The sign-in that follows is what the prompt asked for; asking again would never end."""
    return urlencode([(name, value) for name, values in query.lists() if name != "prompt" for value in values])


def _give_code(request: Request, scopes: list[str], asked: dict[str, Any]) -> HttpResponse:
    application = Application.objects.get(client_id=asked["client_id"])
    try:
        released(account_of(request), service_id=application.service_id, today=clock.today())
    except NothingReleased as refusal:
        audit.refuse(
            "sign_in_at_service", actor=acting(request), subject_type="service", subject_id=application.service_id,
            reason=refusal.code,
        )  # fmt: skip
        if "none" in (asked.get("prompt") or ()):
            return _refusal(request, AccessDeniedError(), asked)
        return render(request, "signin/nothing_released.html", {"reason": str(refusal)}, status=403)
    credentials = {**asked, "authenticated_at": signed_in_at(request)}
    uri, _headers, _body, _status = exchange().create_authorization_response(request, scopes, credentials, allow=True)
    return HttpResponseRedirect(uri)


def _unsupported(request: Request) -> OAuth2Error | None:
    """What the protocol library lets through: parameters given twice (RFC 6749 §3.1), challenges that are none
    (RFC 7636 §4.2), request objects (OpenID Connect Core §6), answers that are not in the query.
    """
    if any(len(values) > 1 for _name, values in request.GET.lists()):
        return InvalidRequestError(description="A parameter is given more than once.")
    if not S256_CHALLENGE.fullmatch(request.GET.get("code_challenge", "")):
        return InvalidRequestError(description="code_challenge is not one of S256.")
    for name in ("request", "request_uri"):
        if name in request.GET:
            return CustomOAuth2Error(f"{name}_not_supported")
    if request.GET.get("response_mode", "query") != "query":
        return InvalidRequestError(description="Only response_mode=query is supported.")
    return None


def _refusal(request: Request, error: OAuth2Error, asked: dict[str, Any] | None = None) -> HttpResponseRedirect:
    """Back to the registered address, saying who refuses (RFC 9207 §2)."""
    if asked is not None:
        error.redirect_uri, error.state = asked["redirect_uri"], asked["state"]
    parameters = [*error.twotuples, ("iss", issuer(request))]
    separator = "&" if "?" in error.redirect_uri else "?"
    return HttpResponseRedirect(f"{error.redirect_uri}{separator}{urlencode(parameters)}")
