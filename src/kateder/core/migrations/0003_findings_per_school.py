"""Findings know their school unit and what has been done about them; counts per day; the latest sweep."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_tenancy"),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingCount",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("unit_id", models.UUIDField(null=True)),
                ("rule", models.CharField(max_length=60)),
                ("owner", models.CharField(max_length=20)),
                (
                    "severity",
                    models.CharField(
                        choices=[("info", "Note"), ("warning", "Warning"), ("error", "Error")], max_length=10
                    ),
                ),
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
                ("open", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
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
                ("feed_position", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("opened", models.PositiveIntegerField()),
                ("closed", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="finding",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="asked_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="finding",
            name="note",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="finding",
            name="remedy",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="finding",
            name="snoozed_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="finding",
            name="snoozed_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="unit_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["authority", "unit_id", "rule"],
                name="core_finding_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="findingcount",
            index=models.Index(fields=["authority", "day"], name="core_findingcount_day"),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.UniqueConstraint(fields=("authority",), name="core_sweep_latest"),
        ),
        TenantTable("core_findingcount"),
        TenantTable("core_sweep"),
    ]
