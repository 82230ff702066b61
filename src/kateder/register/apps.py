"""Registers the app with Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The app `register`."""

    name = "kateder.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
