"""Registers the app with Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The app `portal`."""

    name = "kateder.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
