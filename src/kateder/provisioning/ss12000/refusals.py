"""How our SS 12000 endpoints refuse: always as the standard's Error, `{"code", "message"}`."""

from __future__ import annotations

from django.http import JsonResponse

from kateder.core.errors import DomainError
from kateder.trust.api import NotAuthenticated, TooManyRequests


class BadRequest(DomainError):
    """The request cannot be understood: {what}."""


class TooLarge(DomainError):
    """The body is larger than {most} bytes."""


class NotYours(DomainError):
    """Your profile does not allow this."""


class NotThere(DomainError):
    """There is no such thing."""


_STATUS: dict[type[DomainError], int] = {
    NotAuthenticated: 401, TooManyRequests: 429, NotYours: 403, NotThere: 404, TooLarge: 413,
}  # fmt: skip


def refused(refusal: DomainError) -> JsonResponse:
    """The answer to a request that was refused."""
    response = error(_STATUS.get(type(refusal), 400), code=refusal.code, message=str(refusal))
    if isinstance(refusal, NotAuthenticated):
        response["WWW-Authenticate"] = refusal.challenge
    if isinstance(refusal, TooManyRequests):
        response["Retry-After"] = str(refusal.seconds)
    return response


def error(status: int, *, code: str, message: str) -> JsonResponse:
    """An Error of the standard."""
    return JsonResponse({"code": code, "message": message}, status=status)
