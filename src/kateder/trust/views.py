"""The token endpoint and the revocation endpoint, for machines."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from urllib.parse import unquote_plus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kateder.core import clock
from kateder.trust import readings, tokens
from kateder.trust.models import ApiClient

Answer = Callable[[HttpRequest, ApiClient], HttpResponse]


class Refused(Exception):
    """An error of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


def _for_clients(answer: Answer) -> Callable[[HttpRequest], HttpResponse]:
    @csrf_exempt
    @require_POST
    @wraps(answer)
    def view(request: HttpRequest) -> HttpResponse:
        try:
            _check_form(request)
            response = answer(request, _client(request))
        except Refused as refusal:
            response = _refusal(refusal)
        # RFC 6749 §5.1
        response["Cache-Control"] = "no-store"
        response["Pragma"] = "no-cache"
        return response

    return view


@_for_clients
def token(request: HttpRequest, client: ApiClient) -> HttpResponse:
    """Give an access token for a client's credentials (RFC 6749 §4.4)."""
    grant_type = request.POST.get("grant_type")
    if not grant_type:
        raise Refused("invalid_request", "grant_type is missing.")
    if grant_type != "client_credentials":
        raise Refused("unsupported_grant_type", "Only client_credentials is supported.")
    try:
        given = tokens.issue(client, now=clock.now(), scopes=request.POST.get("scope", "").split())
    except tokens.NoSuchScope:
        raise Refused("invalid_scope", "The client may have none of these scopes.") from None
    answer = {"access_token": given.value, "token_type": "Bearer", "expires_in": given.seconds}
    # RFC 6749 §5.1: said, since it may be less than was asked for.
    return JsonResponse(answer | ({"scope": " ".join(given.scopes)} if given.scopes else {}))


@_for_clients
def revoke(request: HttpRequest, client: ApiClient) -> HttpResponse:
    """Take back an access token (RFC 7009 §2)."""
    value = request.POST.get("token")
    if not value:
        raise Refused("invalid_request", "token is missing.")
    tokens.revoke(value, client=client)
    return HttpResponse(status=200)


def _check_form(request: HttpRequest) -> None:
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refused("invalid_request", "The body is to be application/x-www-form-urlencoded.")
    try:
        parameters = list(request.POST.lists())
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError):
        raise Refused("invalid_request", "The body is too large.") from None
    # RFC 6749 §3.2
    if any(len(values) > 1 for _name, values in parameters):
        raise Refused("invalid_request", "A parameter is given more than once.")


def _client(request: HttpRequest) -> ApiClient:
    """Who asks, by header or by body, never by both (RFC 6749 §2.3)."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    in_body = "client_secret" in request.POST
    if header and in_body:
        raise Refused("invalid_request", "Authenticate in the header or in the body, not in both.")
    if header:
        client_id, secret = _basic(header)
    else:
        client_id, secret = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    client = tokens.authenticate(client_id, secret, now=clock.now())
    if client is None:
        readings.note_refusal("invalid_client")
        raise Refused("invalid_client", "The client is not known, its secret is wrong, or it is disabled.")
    return client


def _basic(header: str) -> tuple[str, str]:
    """Both halves are form-encoded first (RFC 6749 §2.3.1)."""
    scheme, _space, value = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (unquote_plus(client_id), unquote_plus(secret)) if colon else ("", "")


def _refusal(refusal: Refused) -> HttpResponse:
    status = 401 if refusal.error == "invalid_client" else 400
    response = JsonResponse({"error": refusal.error, "error_description": refusal.description}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="oauth"'
    return response
