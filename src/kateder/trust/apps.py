"""Registers the app with Django."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """The app `trust`."""

    name = "kateder.trust"
    label = "trust"
    default_auto_field = "django.db.models.BigAutoField"
