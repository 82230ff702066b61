"""Registers the app with Django."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """The app `signin`."""

    name = "kateder.signin"
    label = "signin"
    default_auto_field = "django.db.models.BigAutoField"
