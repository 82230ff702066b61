"""Registers the app with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The app `demo`."""

    name = "kateder.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
