"""Addresses of the OneRoster services."""

import itertools
import re

from django.urls import URLPattern, path, re_path

from kateder.protocols.oneroster.openapi import GRADEBOOK_DOCUMENT, ROSTERING_DOCUMENT
from kateder.provisioning.oneroster import description, gradebook_views, views


def _address(route: str) -> str:
    """A route as Django has it: each id by a name of its own."""
    number = itertools.count()
    return re.sub(r"\{id\}", lambda _: f"<str:id{next(number)}>", route)


urlpatterns: list[URLPattern] = [
    *(path(f"{views.ROSTERING_AT}{_address(route)}", view) for route, view in views.VIEWS.items()),
    *(path(f"{gradebook_views.GRADEBOOK_AT}{_address(gate)}", view) for gate, view in gradebook_views.VIEWS.items()),
    path(f"{views.ROSTERING_AT}discovery/{ROSTERING_DOCUMENT}", description.rostering, name="oneroster-rostering"),
    path(
        f"{gradebook_views.GRADEBOOK_AT}discovery/{GRADEBOOK_DOCUMENT}", description.gradebook, name="oneroster-grades"
    ),
    re_path("^ims/oneroster/", views.nothing),
]
