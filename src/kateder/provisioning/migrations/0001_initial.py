"""The tables of deliveries."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.partitions import PartitionByMonth


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0002_tenancy"),
        ("core", "0002_tenancy"),
        ("trust", "0002_tenancy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(default="egil", max_length=20)),
                ("base_uri", models.URLField()),
                (
                    "pins",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=44), size=None),
                ),
                ("limits", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("paused", "Paused")], default="active", max_length=10
                    ),
                ),
                ("max_connections", models.PositiveSmallIntegerField(default=16)),
                ("request_seconds", models.FloatField(default=30.0)),
                ("delivered_position", models.BigIntegerField(default=0)),
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
                    "keypair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trust.keypair"
                    ),
                ),
                (
                    "service",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="target", to="catalogue.service"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("run_id", models.UUIDField()),
                ("resource_type", models.CharField(max_length=20)),
                ("released_id", models.UUIDField()),
                ("root_id", models.UUIDField(null=True)),
                ("action", models.CharField(max_length=10)),
                ("http_status", models.PositiveSmallIntegerField(null=True)),
                ("at", models.DateTimeField()),
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="provisioning.target"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["target", "root_id"], name="provisioning_receipt_root"),
                    models.Index(fields=["run_id"], name="provisioning_receipt_run"),
                ],
            },
        ),
        PartitionByMonth("provisioning_receipt", "at", numbered=True),
        migrations.CreateModel(
            name="DeliveryRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Under way"),
                            ("waiting", "Waits for a person"),
                            ("succeeded", "Everything delivered"),
                            ("failed", "Something failed"),
                            ("interrupted", "Interrupted"),
                        ],
                        default="running",
                        max_length=12,
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("planning", "Finding out what has changed"),
                            ("sending", "Sending"),
                            ("ended", "Ended"),
                        ],
                        default="planning",
                        max_length=10,
                    ),
                ),
                ("actor", models.CharField(max_length=80)),
                ("counts", models.JSONField(default=dict)),
                ("planned", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("stopped_by", models.CharField(blank=True, max_length=40)),
                ("plan_id", models.UUIDField(null=True)),
                ("feed_position", models.BigIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("sending_since", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="provisioning.target"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["target", "started_at"], name="provisioning_run_order")],
            },
        ),
        migrations.CreateModel(
            name="TargetObject",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("resource_type", models.CharField(max_length=20)),
                ("released_id", models.UUIDField()),
                ("root_id", models.UUIDField(null=True)),
                ("content_hash", models.BinaryField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("intent", models.CharField(blank=True, max_length=10)),
                ("sanctioned", models.CharField(blank=True, max_length=10)),
                ("sanctioned_hash", models.BinaryField(null=True)),
                ("failure", models.CharField(blank=True, max_length=40)),
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objects_held",
                        to="provisioning.target",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["target", "root_id"], name="provisioning_object_root")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("target", "resource_type", "released_id"), name="provisioning_object_once"
                    )
                ],
            },
        ),
    ]
