"""Providers, their services and resources."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    replaces = [("catalogue", "0001_initial"), ("catalogue", "0002_tenancy")]

    initial = True

    dependencies = [
        ("core", "0001_squashed_0003_findings_per_school"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Provider",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("organisation_number", models.CharField(blank=True, max_length=20)),
                        ("contact", models.CharField(blank=True, max_length=200)),
                        ("website", models.URLField(blank=True)),
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "name"), name="catalogue_provider_name")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Service",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("slug", models.SlugField(max_length=60)),
                        ("launch_uri", models.URLField(blank=True)),
                        ("supports_delivery", models.BooleanField(default=True)),
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
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="services",
                                to="catalogue.provider",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "slug"), name="catalogue_service_slug")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Resource",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("title", models.CharField(max_length=200)),
                        ("subject_code", models.CharField(blank=True, max_length=20)),
                        ("subject_name", models.CharField(blank=True, max_length=100)),
                        ("from_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("to_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("digital", "Digital"),
                                    ("printed", "Printed"),
                                    ("free", "Free"),
                                    ("hybrid", "Printed and digital"),
                                    ("tool", "Tool"),
                                ],
                                default="digital",
                                max_length=10,
                            ),
                        ),
                        ("cover", models.CharField(blank=True, max_length=40)),
                        ("article_number", models.CharField(blank=True, max_length=60)),
                        ("target_link_uri", models.URLField(blank=True)),
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
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resources",
                                to="catalogue.provider",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resources",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["authority", "service"], name="catalogue_resource_service_ix")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("service__isnull", False),
                                    models.Q(("kind__in", ["digital", "hybrid", "tool"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="catalogue_resource_service",
                                violation_error_message="A digital resource is on a service.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_year__isnull", True),
                                    ("to_year__isnull", True),
                                    ("from_year__lte", models.F("to_year")),
                                    _connector="OR",
                                ),
                                name="catalogue_resource_years",
                            ),
                        ],
                    },
                ),
            ]
        ),
        TenantTable("catalogue_provider"),
        TenantTable("catalogue_service"),
        TenantTable("catalogue_resource"),
    ]
