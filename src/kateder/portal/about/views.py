"""Pages that say how things are; they ask nothing and know nobody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def help_page(request: HttpRequest) -> HttpResponse:
    """Where to turn, by what one wants to do."""
    return render(request, "portal/about/help.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement that the law on accessibility of digital public services asks for (DOS-lagen, 2018:1937)."""
    return render(request, "portal/about/accessibility.html")
