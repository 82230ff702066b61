"""Registers the app with Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The app `catalogue`."""

    name = "kateder.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
