"""What services return about their pupils: the gradebook of OneRoster."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_tenancy"),
        ("core", "0003_findings_per_school"),
        ("provisioning", "0012_members_of_federations"),
    ]

    operations = [
        migrations.CreateModel(
            name="GradebookRecord",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("sourced_id", models.CharField(max_length=255)),
                ("doc", models.JSONField(null=True)),
                ("line_item", models.CharField(blank=True, max_length=255)),
                ("class_id", models.UUIDField(null=True)),
                ("student_id", models.UUIDField(null=True)),
                ("group_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("written_by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        default=kateder.core.tenancy.current_authority_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.authority",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.service"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["service", "kind", "class_id"], name="provisioning_gradebook_class"),
                    models.Index(fields=["service", "kind", "line_item"], name="provisioning_gradebook_item"),
                    models.Index(fields=["person_id"], name="provisioning_gradebook_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "kind", "sourced_id"), name="provisioning_gradebook_once"
                    )
                ],
            },
        ),
        TenantTable("provisioning_gradebookrecord"),
    ]
