"""What services return about their pupils: the gradebook of OneRoster."""

from __future__ import annotations

from django.db import models

from kateder.catalogue.models import Service
from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class GradebookRecord(TenantModel):
    """A category, score scale, line item or result that a service has written, under the id that it gave it.

    `doc` is as `protocols.oneroster.gradebook` keeps it. The ids of class and student are those that the service knows;
    beside them stand ours. A record that was deleted stays, empty, as a removal.
    PII: doc, student_id, person_id · erased: two years after it was written; the empty row with it
    """

    service = models.ForeignKey(Service, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    sourced_id = models.CharField(max_length=255)
    doc = models.JSONField(null=True)
    # The line item of a result.
    line_item = models.CharField(max_length=255, blank=True)
    class_id = models.UUIDField(null=True)
    student_id = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    written_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects: TenantManager[GradebookRecord] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "kind", "sourced_id"], name="provisioning_gradebook_once")
        ]
        indexes = [
            models.Index(fields=["service", "kind", "class_id"], name="provisioning_gradebook_class"),
            models.Index(fields=["service", "kind", "line_item"], name="provisioning_gradebook_item"),
            models.Index(fields=["person_id"], name="provisioning_gradebook_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
