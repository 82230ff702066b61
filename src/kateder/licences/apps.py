"""Registers the app with Django."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """The app `licences`."""

    name = "kateder.licences"
    label = "licences"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this app's rules about the quality of the data."""
        from kateder.licences.quality import add_rules

        add_rules()
