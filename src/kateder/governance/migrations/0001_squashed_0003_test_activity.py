"""Agreements, decisions, and what a service may know."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    replaces = [("governance", "0001_initial"), ("governance", "0002_tenancy"), ("governance", "0003_test_activity")]

    initial = True

    dependencies = [
        ("catalogue", "0001_squashed_0002_tenancy"),
        ("core", "0001_squashed_0003_findings_per_school"),
        ("register", "0001_squashed_0010_fewer_indexes"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="ReleasePolicy",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("transient", "Only that somebody has a licence"),
                                    ("pairwise", "A pseudonym of its own"),
                                    ("fields", "A pseudonym and approved fields"),
                                ],
                                default="transient",
                                max_length=10,
                            ),
                        ),
                        (
                            "display",
                            models.CharField(
                                choices=[
                                    ("alias", "Alias"),
                                    ("given_name", "Given name"),
                                    ("full_name", "Full name"),
                                    ("none", "Nothing"),
                                ],
                                default="alias",
                                max_length=12,
                            ),
                        ),
                        (
                            "group_names",
                            models.CharField(
                                choices=[
                                    ("alias", "Alias"),
                                    ("subject_year", "Subject and school year"),
                                    ("real", "Its own name"),
                                ],
                                default="alias",
                                max_length=12,
                            ),
                        ),
                        ("epoch", models.PositiveIntegerField(default=1)),
                        (
                            "protected_rule",
                            models.CharField(
                                choices=[("none", "Nothing"), ("alias", "A school alias")],
                                default="none",
                                max_length=10,
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
                        (
                            "service",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="release_policy",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Agreement",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("registration_number", models.CharField(max_length=60)),
                        ("valid_from_date", models.DateField()),
                        ("valid_to_date", models.DateField(blank=True, null=True)),
                        ("notice_days", models.PositiveSmallIntegerField(default=0)),
                        ("signed_by", models.CharField(blank=True, max_length=200)),
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
                            "controller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.controller"
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agreements",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to_date__isnull", True),
                                    ("valid_from_date__lte", models.F("valid_to_date")),
                                    _connector="OR",
                                ),
                                name="governance_agreement_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Alias",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=12)),
                        ("root_id", models.UUIDField()),
                        ("alias", models.CharField(max_length=80)),
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.service"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("service", "kind", "root_id"), name="governance_alias_root"
                            ),
                            models.UniqueConstraint(fields=("service", "alias"), name="governance_alias_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "tier",
                            models.CharField(
                                choices=[("base", "Base offer"), ("optional", "Optional"), ("own_path", "Own path")],
                                default="optional",
                                max_length=10,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(choices=[("approved", "Approved"), ("refused", "Refused")], max_length=10),
                        ),
                        ("decided_by", models.CharField(max_length=200)),
                        ("delegation", models.CharField(blank=True, max_length=200)),
                        ("grounds", models.TextField(blank=True)),
                        ("registration_number", models.CharField(max_length=60)),
                        ("valid_from_date", models.DateField()),
                        ("valid_to_date", models.DateField(blank=True, null=True)),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to_date__isnull", True),
                                    ("valid_from_date__lte", models.F("valid_to_date")),
                                    _connector="OR",
                                ),
                                name="governance_decision_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pseudonym",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("epoch", models.PositiveIntegerField()),
                        ("kind", models.CharField(max_length=12)),
                        ("root_id", models.UUIDField()),
                        ("released_id", models.UUIDField()),
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.service"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("service", "epoch", "kind", "root_id"), name="governance_pseudonym_root"
                            ),
                            models.UniqueConstraint(
                                fields=("service", "released_id"), name="governance_pseudonym_released"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleaseField",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("given_name", "Given name"),
                                    ("family_name", "Family name"),
                                    ("user_name", "User name at school"),
                                    ("emails", "E-mail address"),
                                    ("civic_no", "Personal identity number"),
                                    ("school_year", "School year"),
                                    ("school_type", "School form"),
                                    ("programme", "Programme"),
                                    ("school_unit", "School"),
                                    ("group_type", "Kind of group"),
                                    ("duty_role", "Teacher's role"),
                                    ("signature", "Teacher's signature"),
                                    ("test_activity", "National test that a group sits"),
                                ],
                                max_length=30,
                            ),
                        ),
                        ("purpose", models.CharField(max_length=300)),
                        ("clause", models.CharField(max_length=100)),
                        ("end_date", models.DateField(blank=True, null=True)),
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
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="fields",
                                to="governance.releasepolicy",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("policy", "field"), name="governance_field_once")
                        ],
                    },
                ),
            ]
        ),
        TenantTable("governance_agreement"),
        TenantTable("governance_decision"),
        TenantTable("governance_releasepolicy"),
        TenantTable("governance_releasefield"),
        TenantTable("governance_pseudonym"),
        TenantTable("governance_alias"),
    ]
