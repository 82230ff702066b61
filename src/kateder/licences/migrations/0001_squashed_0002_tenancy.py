"""Lots, who has a seat, and the ledger: nobody changes what it says."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.rls import AppendOnlyTenantTable, TenantTable


class Migration(migrations.Migration):
    replaces = [("licences", "0001_initial"), ("licences", "0002_tenancy")]

    initial = True

    dependencies = [
        ("catalogue", "0001_squashed_0002_tenancy"),
        ("core", "0001_squashed_0003_findings_per_school"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Lot",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("number", models.CharField(max_length=60)),
                        ("quantity", models.PositiveIntegerField(blank=True, null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(blank=True, null=True)),
                        ("price", models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                        ("currency", models.CharField(default="SEK", max_length=3)),
                        ("payer", models.CharField(blank=True, max_length=200)),
                        (
                            "on_shortage",
                            models.CharField(
                                choices=[
                                    ("hard_stop", "Nobody more gets in"),
                                    ("alert", "Lets the pupil in and alerts"),
                                ],
                                default="alert",
                                max_length=10,
                            ),
                        ),
                        ("grace_days", models.PositiveSmallIntegerField(default=0)),
                        ("teachers_take_seats", models.BooleanField(default=False)),
                        ("created_by", models.CharField(blank=True, max_length=80)),
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
                            "resource",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lots",
                                to="catalogue.resource",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lots",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "number"), name="licences_lot_number"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("service__isnull", True), ("resource__isnull", True), _connector="XOR"
                                ),
                                name="licences_lot_target",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("start_date__lte", models.F("end_date")),
                                    _connector="OR",
                                ),
                                name="licences_lot_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("person_id", models.UUIDField()),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("seat_taken", "Seat taken"),
                                    ("seat_leaving", "Grace period begun"),
                                    ("seat_released", "Seat given back"),
                                    ("correction", "Correction"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("cause", models.CharField(max_length=40)),
                        ("date", models.DateField()),
                        ("at", models.DateTimeField()),
                        ("by", models.CharField(blank=True, max_length=80)),
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
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="licences.ledgerentry",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="licences.lot"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["lot", "person_id", "-id"], name="licences_ledger_latest"),
                            models.Index(fields=["authority", "person_id"], name="licences_ledger_person"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("corrects__isnull", True), ("event", "correction"), _connector="XOR"
                                ),
                                name="licences_ledger_correction",
                            ),
                            models.UniqueConstraint(fields=("corrects",), name="licences_ledger_corrected_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("person", "Person"),
                                    ("group", "Group"),
                                    ("unit", "School"),
                                    ("year", "School year"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("subject_id", models.UUIDField()),
                        ("school_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(blank=True, null=True)),
                        ("assigned_by", models.CharField(max_length=80)),
                        ("assigned_at", models.DateTimeField()),
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
                            "resource",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="catalogue.resource",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="licences.lot",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["authority", "kind", "subject_id"], name="licences_assignment_subject")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("lot__isnull", True), ("resource__isnull", True), _connector="XOR"),
                                name="licences_assignment_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("school_year__isnull", True), ("kind", "year"), _connector="XOR"),
                                name="licences_assignment_year",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("start_date__lte", models.F("end_date")),
                                    _connector="OR",
                                ),
                                name="licences_assignment_dates",
                            ),
                        ],
                    },
                ),
            ]
        ),
        TenantTable("licences_lot"),
        TenantTable("licences_assignment"),
        AppendOnlyTenantTable("licences_ledgerentry"),
    ]
