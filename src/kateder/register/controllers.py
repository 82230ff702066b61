"""Controllers of personal data within the authority (personuppgiftsansvariga)."""

from __future__ import annotations

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.register.models import Controller


def set_controller(name: str, *, organisation_number: str = "", officer_contact: str = "", actor: Actor) -> Controller:
    """Add the controller of that name, or correct what is known of it."""
    controller, created = Controller.objects.update_or_create(
        name=name,
        defaults={"organisation_number": organisation_number, "officer_contact": officer_contact},
    )
    audit.record(
        "controller.added" if created else "controller.changed",
        actor=actor,
        subject_type="controller",
        subject_id=controller.pk,
    )
    return controller
