"""Swedish first, English one click away."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from kateder.core.models import User
from kateder.signin.onward import next_address
from kateder.signin.requests import Request

YEAR: Final = 365 * 24 * 3600


@require_POST
def choose_language(request: Request) -> HttpResponseRedirect:
    """Remember the language in the browser, and with the account of one who is signed in."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(next_address(request, request.POST.get("next", "")))
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return response
    if request.user.is_authenticated:
        User.objects.filter(id=request.user.pk).update(language=language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response
