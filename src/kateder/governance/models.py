"""What was agreed and decided about a service, what it may know, and what it has been told to call things."""

from __future__ import annotations

from django.db import models

from kateder.catalogue.models import Service
from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager
from kateder.governance.fields import Display, Field, GroupNames, ProtectedRule
from kateder.governance.verdicts import Level, Outcome, Tier
from kateder.register.models import Controller
from kateder.sources.models import Source


class Agreement(TenantModel):
    """A data processing agreement (PUB-avtal) between a controller and a service's provider.

    PII: signed_by · erased: when the controller's plan for agreements says so
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="agreements")
    controller = models.ForeignKey(Controller, models.PROTECT, related_name="+")
    registration_number = models.CharField(max_length=60)
    valid_from_date = models.DateField()
    valid_to_date = models.DateField(null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(default=0)
    signed_by = models.CharField(max_length=200, blank=True)

    objects: TenantManager[Agreement] = TenantManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to_date__isnull=True)
                | models.Q(valid_from_date__lte=models.F("valid_to_date")),
                name="governance_agreement_dates",
            )
        ]

    def __str__(self) -> str:
        return self.registration_number


class Decision(TenantModel):
    """That a service may be used or may not: who decided, by what delegation, on what grounds, until when.

    PII: decided_by · erased: when the controller's plan for decisions says so
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="decisions")
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.OPTIONAL)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    decided_by = models.CharField(max_length=200)
    delegation = models.CharField(max_length=200, blank=True)
    grounds = models.TextField(blank=True)
    registration_number = models.CharField(max_length=60)
    valid_from_date = models.DateField()
    valid_to_date = models.DateField(null=True, blank=True)

    objects: TenantManager[Decision] = TenantManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to_date__isnull=True)
                | models.Q(valid_from_date__lte=models.F("valid_to_date")),
                name="governance_decision_dates",
            )
        ]

    def __str__(self) -> str:
        return self.registration_number


class ReleasePolicy(TenantModel):
    """What a service may know of the people that use it. Without one, the lowest level. PII: none"""

    service = models.OneToOneField(Service, models.PROTECT, related_name="release_policy")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.TRANSIENT)
    display = models.CharField(max_length=12, choices=Display.choices, default=Display.ALIAS)
    group_names = models.CharField(max_length=12, choices=GroupNames.choices, default=GroupNames.ALIAS)
    # Raising it gives every person and thing a new pseudonym at the service.
    epoch = models.PositiveIntegerField(default=1)
    protected_rule = models.CharField(max_length=10, choices=ProtectedRule.choices, default=ProtectedRule.NONE)
    # Whose ids who is new to the service gets, where the field `source_id` is approved.
    ids_from = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: TenantManager[ReleasePolicy] = TenantManager()

    def __str__(self) -> str:
        return self.level


class ReleaseField(TenantModel):
    """One field that a service may have, for a purpose, by a clause of the agreement, until a day. PII: none"""

    policy = models.ForeignKey(ReleasePolicy, models.CASCADE, related_name="fields")
    field = models.CharField(max_length=30, choices=Field.choices)
    purpose = models.CharField(max_length=300)
    clause = models.CharField(max_length=100)
    end_date = models.DateField(null=True, blank=True)

    objects: TenantManager[ReleaseField] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "field"], name="governance_field_once")]

    def __str__(self) -> str:
        return self.field


class Pseudonym(TenantModel):
    """What a service calls a person or thing; kept for callbacks, deletion after erasure, and rotation.

    PII: root_id, released_id · erased: when the service has confirmed that the account is gone
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    # No foreign key: it outlives the row in the register until the account is gone.
    root_id = models.UUIDField()
    released_id = models.UUIDField()

    objects: TenantManager[Pseudonym] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "epoch", "kind", "root_id"], name="governance_pseudonym_root"),
            models.UniqueConstraint(fields=["service", "released_id"], name="governance_pseudonym_released"),
        ]

    def __str__(self) -> str:
        return str(self.released_id)


class Alias(TenantModel):
    """The readable alias of a person, group or school at one service.

    PII: root_id, alias · erased: when the service has confirmed that the account is gone
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    root_id = models.UUIDField()
    alias = models.CharField(max_length=80)

    objects: TenantManager[Alias] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "kind", "root_id"], name="governance_alias_root"),
            models.UniqueConstraint(fields=["service", "alias"], name="governance_alias_once"),
        ]

    def __str__(self) -> str:
        return self.alias
