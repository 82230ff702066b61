"""Addresses of the portal, in Swedish, as people see them."""

from django.urls import URLPattern, path

from kateder.portal.about import views as about
from kateder.portal.classes import listing
from kateder.portal.people import views as people

urlpatterns: list[URLPattern] = [
    path("klasser/", listing.classes, name="classes"),
    path("personer/", people.people, name="people"),
    path("hjalp/", about.help_page, name="help"),
    path("tillganglighet/", about.accessibility, name="accessibility"),
]
