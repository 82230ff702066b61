"""Rules, what each source says of what is shared, corrections, suggestions and merges."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.models import Authority, TenantModel
from kateder.core.tenancy import TenantManager, current_authority_id

EVERY = "*"
"""Stands for all attributes of an entity."""


class Say(models.TextChoices):
    """What a source's word about an attribute is worth."""

    DECIDES = "decides", _("Decides")
    FILLS = "fills", _("Fills gaps")
    IGNORED = "ignored", _("Is not used")


class AttributeRule(TenantModel):
    """What a source's word is worth for one attribute of an entity, or for all of them (`*`). PII: none

    Without a rule the source that was added first decides and the others fill gaps.
    """

    source = models.ForeignKey("sources.Source", models.CASCADE, related_name="+")
    entity = models.CharField(max_length=20)
    attribute = models.CharField(max_length=40)
    say = models.CharField(max_length=10, choices=Say.choices)

    objects: TenantManager[AttributeRule] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "entity", "attribute"], name="sources_attributerule_once")
        ]

    def __str__(self) -> str:
        return f"{self.entity}.{self.attribute} {self.say}"


class EntityRight(TenantModel):
    """Whether a source may create, change and remove rows of an entity. Without a row it may all three. PII: none"""

    source = models.ForeignKey("sources.Source", models.CASCADE, related_name="+")
    entity = models.CharField(max_length=20)
    creates = models.BooleanField(default=True)
    updates = models.BooleanField(default=True)
    removes = models.BooleanField(default=True)

    objects: TenantManager[EntityRight] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "entity"], name="sources_entityright_once")]

    def __str__(self) -> str:
        return f"{self.entity} {self.creates} {self.updates} {self.removes}"


class Contribution(models.Model):
    """What a source says, under one of its keys, of something that is not its alone.

    `said` holds {attribute: {column: value}} with only what it says something about. References are root ids.
    PII: said, key · erased: when the source no longer delivers the key
    """

    pk = models.CompositePrimaryKey("source_id", "entity", "key")
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        default=current_authority_id,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    source = models.ForeignKey("sources.Source", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    entity = models.CharField(max_length=20)
    key = models.CharField(max_length=640, db_collation="C")
    root_id = models.UUIDField()
    said = models.JSONField()

    objects: TenantManager[Contribution] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["root_id"], name="sources_contribution_root")]

    def __str__(self) -> str:
        return f"{self.entity} {self.root_id}"


class Closing(models.TextChoices):
    """Why a correction is over."""

    AGREED = "agreed", _("The source says the same")
    ENDED = "ended", _("Its last day has passed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REPLACED = "replaced", _("Replaced by a newer correction")


class Correction(TenantModel):
    """What a person has decided that an attribute is, above all sources, until one agrees or the last day passes.

    PII: value, reason · erased: with the row that it corrects
    """

    entity = models.CharField(max_length=20)
    root_id = models.UUIDField()
    attribute = models.CharField(max_length=40)
    # {column: value}, as a contribution has it.
    value = models.JSONField()
    reason = models.CharField(max_length=300)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    end_date = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=10, choices=Closing.choices, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)

    objects: TenantManager[Correction] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "entity", "root_id", "attribute"],
                condition=models.Q(closed_at__isnull=True),
                name="sources_correction_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.root_id} {self.attribute}"


class Conflict(TenantModel):
    """That two sources that may write do not agree about an attribute; which sources, never the values. PII: root_id
    · erased: when they agree
    """

    entity = models.CharField(max_length=20)
    root_id = models.UUIDField()
    attribute = models.CharField(max_length=40)
    # The source whose word holds, and the first that says otherwise.
    holds = models.ForeignKey("sources.Source", models.CASCADE, related_name="+")
    against = models.ForeignKey("sources.Source", models.CASCADE, related_name="+")

    objects: TenantManager[Conflict] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "entity", "root_id", "attribute"], name="sources_conflict_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.root_id} {self.attribute}"


class Likeness(models.TextChoices):
    """Why two rows may be the same."""

    NAME_AND_BIRTH = "name_birth", _("Same name and birth date")
    EPPN = "eppn", _("Same EPPN, but different personal numbers")
    NAME_AND_PLACE = "name_place", _("Same name, type and school")


class Answer(models.TextChoices):
    """What a person has said of a suggestion."""

    OPEN = "open", _("Waits for an answer")
    SAME = "same", _("The same")
    DIFFERENT = "different", _("Not the same")


class Suggestion(TenantModel):
    """That two rows may stand for the same; a person answers, and the answer is remembered.

    PII: one_id, other_id · erased: with either row
    """

    entity = models.CharField(max_length=20)
    # `one_id` was there first.
    one_id = models.UUIDField()
    other_id = models.UUIDField()
    likeness = models.CharField(max_length=12, choices=Likeness.choices)
    # The source that delivered the other.
    source = models.ForeignKey("sources.Source", models.CASCADE, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects: TenantManager[Suggestion] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "entity", "one_id", "other_id"], name="sources_suggestion_once"
            )
        ]
        indexes = [models.Index(fields=["authority", "answer"], name="sources_suggestion_answer")]

    def __str__(self) -> str:
        return f"{self.entity} {self.one_id} {self.other_id}"


class Merge(TenantModel):
    """That one row was taken up into another: what moved, so that it can be undone.

    `moved` lists what pointed at the absorbed row, {entity: {column: [ids]}}; `links` the keys [[source, key]] that
    stood for it; `before` both rows as they were; `accounts` what was chosen at each service, and what to undo there.
    PII: before · erased: with the survivor
    """

    entity = models.CharField(max_length=20)
    survivor_id = models.UUIDField(db_index=True)
    absorbed_id = models.UUIDField(db_index=True)
    moved = models.JSONField(default=dict)
    links = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    accounts = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    merged_by = models.CharField(max_length=80)
    merged_at = models.DateTimeField()
    undone_by = models.CharField(max_length=80, blank=True)
    undone_at = models.DateTimeField(null=True)

    objects: TenantManager[Merge] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "entity", "absorbed_id"],
                condition=models.Q(undone_at__isnull=True),
                name="sources_merge_absorbed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.absorbed_id} -> {self.survivor_id}"
