"""The tables that everything stands on, the partitions of what grows with time, and who may do what."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.partitions import EnsureFunction, PartitionByMonth
from kateder.core.rls import AppendOnlyTenantTable, SharedTable, TenantTable


class Migration(migrations.Migration):
    replaces = [("core", "0001_initial"), ("core", "0002_tenancy"), ("core", "0003_findings_per_school")]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        EnsureFunction(),
        CreateModels(
            [
                migrations.CreateModel(
                    name="Authority",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("slug", models.SlugField(unique=True)),
                        ("is_demo", models.BooleanField(default=False, editable=False)),
                        ("acted_through", models.DateField(null=True)),
                        ("paused_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="AuthorityHost",
                    fields=[
                        ("host", models.CharField(max_length=253, primary_key=True, serialize=False)),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="hosts", to="core.authority"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=20)),
                        ("subject_id", models.UUIDField(db_index=True)),
                        ("plan_hash", models.CharField(max_length=64)),
                        ("feed_position", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waits for a person"),
                                    ("approved", "Approved"),
                                    ("applied", "Applied"),
                                    ("refused", "Refused"),
                                    ("superseded", "Replaced by a newer plan"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=12,
                            ),
                        ),
                        ("summary", models.JSONField(default=dict)),
                        ("held_by", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("decided_by", models.CharField(blank=True, max_length=80)),
                        ("applied_at", models.DateTimeField(null=True)),
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
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlanRow",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("action", models.CharField(max_length=10)),
                        ("entity", models.CharField(max_length=30)),
                        ("key", models.CharField(max_length=600)),
                        ("group_label", models.CharField(blank=True, max_length=200)),
                        ("label", models.CharField(blank=True, max_length=400)),
                        ("changes", models.JSONField(default=dict)),
                        (
                            "authority",
                            models.ForeignKey(
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="core.plan"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AuditSeal",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("number", models.PositiveBigIntegerField()),
                        (
                            "event_ids",
                            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("sealed_at", models.DateTimeField()),
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
                            models.UniqueConstraint(fields=("authority", "number"), name="core_seal_number")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("event", models.CharField(max_length=60)),
                        ("actor", models.CharField(max_length=80)),
                        ("subject_type", models.CharField(max_length=40)),
                        ("subject_id", models.CharField(max_length=80)),
                        ("details", models.JSONField(default=dict)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["authority", "subject_type", "subject_id"], name="core_audit_subject"),
                            models.Index(fields=["authority", "at"], name="core_audit_time"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("username", models.CharField(max_length=150)),
                        ("display_name", models.CharField(max_length=200)),
                        ("person_id", models.UUIDField(db_index=True, null=True)),
                        (
                            "staff_roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), default=list, size=None
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        ("language", models.CharField(blank=True, max_length=5)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                default=kateder.core.tenancy.authority_id_if_any,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "username"), name="core_user_username"),
                            models.UniqueConstraint(
                                condition=models.Q(("person_id__isnull", False)),
                                fields=("authority", "person_id"),
                                name="core_user_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FeedEntry",
                    fields=[
                        ("position", models.BigAutoField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("entity", models.CharField(max_length=20)),
                        ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                        ("cause", models.CharField(max_length=80)),
                        (
                            "authority",
                            models.ForeignKey(
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["authority", "position"], name="core_feed_order")],
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("rule", models.CharField(max_length=60)),
                        ("scope", models.CharField(max_length=80)),
                        ("subject_type", models.CharField(max_length=40)),
                        ("subject_id", models.CharField(max_length=200)),
                        ("place", models.CharField(blank=True, max_length=200)),
                        (
                            "severity",
                            models.CharField(
                                choices=[("info", "Note"), ("warning", "Warning"), ("error", "Error")], max_length=10
                            ),
                        ),
                        ("owner", models.CharField(max_length=20)),
                        ("message", models.CharField(max_length=300)),
                        ("params", models.JSONField(default=dict)),
                        ("first_seen_at", models.DateTimeField()),
                        ("last_seen_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
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
                        ("asked_at", models.DateTimeField(null=True)),
                        ("asked_by", models.CharField(blank=True, max_length=80)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("remedy", models.CharField(blank=True, max_length=500)),
                        ("snoozed_reason", models.CharField(blank=True, max_length=300)),
                        ("snoozed_until", models.DateField(null=True)),
                        ("unit_id", models.UUIDField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("authority", "scope", "rule", "subject_type", "subject_id", "place"),
                                name="core_finding_open",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["authority", "unit_id", "rule"],
                                name="core_finding_unit",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lease",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("key", models.CharField(max_length=120)),
                        ("holder", models.CharField(blank=True, max_length=120)),
                        ("fence", models.BigIntegerField(default=0)),
                        ("expires_at", models.DateTimeField()),
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
                        "constraints": [models.UniqueConstraint(fields=("authority", "key"), name="core_lease_key")],
                    },
                ),
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
                    options={
                        "indexes": [models.Index(fields=["authority", "day"], name="core_findingcount_day")],
                    },
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
                    options={
                        "constraints": [models.UniqueConstraint(fields=("authority",), name="core_sweep_latest")],
                    },
                ),
            ]
        ),
        PartitionByMonth("core_auditevent", "at", numbered=True),
        SharedTable("core_authority", "SELECT, UPDATE (acted_through, paused_at)"),
        SharedTable("core_authorityhost", "SELECT"),
        TenantTable("core_user"),
        AppendOnlyTenantTable("core_auditevent"),
        AppendOnlyTenantTable("core_auditseal"),
        AppendOnlyTenantTable("core_feedentry"),
        TenantTable("core_finding"),
        TenantTable("core_plan"),
        TenantTable("core_planrow"),
        TenantTable("core_lease"),
        SharedTable("procrastinate_jobs", "SELECT, INSERT, UPDATE, DELETE"),
        SharedTable("procrastinate_events", "SELECT, INSERT, UPDATE, DELETE"),
        SharedTable("procrastinate_workers", "SELECT, INSERT, UPDATE, DELETE"),
        SharedTable("procrastinate_periodic_defers", "SELECT, INSERT, UPDATE, DELETE"),
        SharedTable("django_migrations", "SELECT"),
        TenantTable("core_findingcount"),
        TenantTable("core_sweep"),
    ]
