"""The school year turns: rollovers, what they would do, and freezes of deliveries."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


def tenant() -> tuple[str, models.Field]:
    """The authority of a row."""
    return (
        "authority",
        models.ForeignKey(
            default=kateder.core.tenancy.current_authority_id,
            editable=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="core.authority",
        ),
    )


def key() -> tuple[str, models.Field]:
    """The primary key."""
    return ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False))


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_tenancy"),
        ("core", "0003_findings_per_school"),
        ("provisioning", "0005_edition_pages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="deliveryrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("running", "Under way"),
                    ("waiting", "Waits for a person"),
                    ("succeeded", "Everything delivered"),
                    ("failed", "Something failed"),
                    ("interrupted", "Interrupted"),
                    ("frozen", "Held back"),
                ],
                default="running",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Rollover",
            fields=[
                key(),
                ("day", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("started_by", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("feed_position", models.BigIntegerField(default=0)),
                ("lots", models.JSONField(default=list)),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, max_length=80)),
                ("left_at", models.DateTimeField(null=True)),
                tenant(),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True), ("released_at__isnull", True)),
                        fields=("authority",),
                        name="provisioning_rollover_one",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Consequence",
            fields=[
                key(),
                ("unit_id", models.UUIDField(null=True)),
                (
                    "gets",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "loses",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("keeps", models.PositiveIntegerField()),
                tenant(),
                (
                    "rollover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consequences",
                        to="provisioning.rollover",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.service"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                key(),
                ("reason", models.CharField(max_length=300)),
                ("remind_date", models.DateField()),
                ("begun_at", models.DateTimeField()),
                ("begun_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                tenant(),
                (
                    "rollover",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="freezes",
                        to="provisioning.rollover",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="freezes",
                        to="provisioning.target",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("target",),
                        name="provisioning_freeze_open",
                    )
                ]
            },
        ),
        TenantTable("provisioning_rollover"),
        TenantTable("provisioning_consequence"),
        TenantTable("provisioning_freeze"),
    ]
