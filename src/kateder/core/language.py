"""Swedish first, English one click away: what a person has chosen counts, what the browser was sold with does not."""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Follows the language cookie, else the installation's language; the browser's own list is not asked."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language of this request."""
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        super().process_request(request)
