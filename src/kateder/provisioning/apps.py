"""Registers the app with Django."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """The app `provisioning`."""

    name = "kateder.provisioning"
    label = "provisioning"
    default_auto_field = "django.db.models.BigAutoField"
