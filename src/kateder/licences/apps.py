"""Registers the app with Django."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """The app `licences`."""

    name = "kateder.licences"
    label = "licences"
    default_auto_field = "django.db.models.BigAutoField"
