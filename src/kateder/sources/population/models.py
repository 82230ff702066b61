"""How the population register is asked, what came of it, and what people have decided about it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class PopulationRegister(TenantModel):
    """A way to ask the population register. PII: none

    `municipalities` are the codes (four digits) of where the authority's own children live.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    settings = models.JSONField(default=dict)
    municipalities: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=4), default=list)
    every_minutes = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: TenantManager[PopulationRegister] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="sources_populationregister_name")]

    def __str__(self) -> str:
        return self.name


class PopulationTrial(TenantModel):
    """What came of trying a register: the steps of its check (name, ok, sentence). PII: none"""

    register = models.OneToOneField(PopulationRegister, models.CASCADE, related_name="trial")
    steps = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: TenantManager[PopulationTrial] = TenantManager()

    def __str__(self) -> str:
        return str(self.register_id)


class PopulationState(models.TextChoices):
    """Where a reconciliation stands."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    TRIED = "tried", _("Tried, nothing changed")
    STOPPED = "stopped", _("Stopped")


class PopulationRun(TenantModel):
    """One reconciliation. `counts`: how many of each outcome, in all and by school unit (root id). PII: none"""

    register = models.ForeignKey(PopulationRegister, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=12, choices=PopulationState.choices, default=PopulationState.RUNNING)
    counts = models.JSONField(default=dict)
    requested_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=60, blank=True)
    error_text = models.CharField(max_length=500, blank=True)

    objects: TenantManager[PopulationRun] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["register", "started_at"], name="sources_populationrun_time")]

    def __str__(self) -> str:
        return f"{self.register_id} {self.state}"


class OutcomeKind(models.TextChoices):
    """What a comparison of one person came to."""

    NOT_ENROLLED = "not_enrolled", _("Lives here, not enrolled with us")
    ELSEWHERE = "elsewhere", _("Enrolled, lives elsewhere")
    MARKED = "marked", _("Newly protected")
    UNMARKED = "unmarked", _("No longer protected")
    DEPARTED = "departed", _("No longer registered in Sweden")
    NUMBER = "number", _("Has another number")
    NOT_FOUND = "not_found", _("Number that the population register does not have")
    DIFFERS = "differs", _("Name or address differs")


class Decision(models.TextChoices):
    """What somebody has said of an outcome."""

    SEEN = "seen", _("Seen")
    OTHER_SCHOOL = "other_school", _("Goes to another authority's school")
    ABROAD = "abroad", _("Is abroad, or has postponed the start")
    TAKEN_OVER = "taken_over", _("Taken over into the register")
    KEPT = "kept", _("Kept as it is")


class PopulationOutcome(TenantModel):
    """What a comparison of one person came to, until it is so no longer.

    `name` and `address` only of children whom our register does not have; of a protected person never.
    PII: civic_no, person_id, name, address, details, note · erased: when it is so no longer
    """

    register = models.ForeignKey(PopulationRegister, models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=16, choices=OutcomeKind.choices)
    civic_no = models.CharField(max_length=20)
    person_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    name = models.CharField(max_length=400, blank=True)
    address = models.CharField(max_length=400, blank=True)
    details = models.JSONField(default=dict)
    since_date = models.DateField()
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects: TenantManager[PopulationOutcome] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["authority", "kind", "unit_id"], name="sources_outcome_kind")]
        constraints = [
            models.UniqueConstraint(fields=["register", "kind", "civic_no"], name="sources_populationoutcome_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
