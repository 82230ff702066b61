"""Registers the app with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The app `core`."""

    name = "kateder.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
