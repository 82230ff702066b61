"""Registers the app with Django."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """The app `provisioning`."""

    name = "kateder.provisioning"
    label = "provisioning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this app's rules about the quality of the data."""
        from kateder.provisioning.quality import add_rules

        add_rules()
