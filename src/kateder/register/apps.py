"""Registers the app with Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The app `register`."""

    name = "kateder.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the register's rules about the quality of its data."""
        from kateder.register.quality import add_rules

        add_rules()
