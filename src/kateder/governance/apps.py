"""Registers the app with Django."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The app `governance`."""

    name = "kateder.governance"
    label = "governance"
    default_auto_field = "django.db.models.BigAutoField"
