"""The ways a service can stand to the register."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """What is true of the deliveries to a service."""

    IN_STEP = "in_step", _("In step")
    UNDER_WAY = "under_way", _("Being delivered to")
    BEHIND = "behind", _("Behind")
    WAITS = "waits", _("Waits for approval")
    FROZEN = "frozen", _("Held back until further notice")
    PAUSED = "paused", _("Paused")
    NEVER = "never", _("Nothing delivered yet")
    REFUSED = "refused", _("Something was not accepted")
    DOWN = "down", _("Does not answer")
    SHUT_OUT = "shut_out", _("Does not let us in")
