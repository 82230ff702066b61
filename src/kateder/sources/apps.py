"""Registers the app with Django."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """The app `sources`."""

    name = "kateder.sources"
    label = "sources"
    default_auto_field = "django.db.models.BigAutoField"
