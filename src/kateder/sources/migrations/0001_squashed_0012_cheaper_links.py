"""Sources, what they have delivered, and what is decided about it."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.rls import TenantTable

# What is compressed already is stored as it is.
STORAGE = "ALTER TABLE sources_snapshot ALTER COLUMN payload SET STORAGE EXTERNAL"
# A key is indexed where it identifies something; the links of the rest are only ever read all together.
NO_KEY = "ALTER TABLE sources_sourcelink DROP CONSTRAINT sources_sourcelink_pkey"


class Migration(migrations.Migration):
    replaces = [
        ("sources", "0001_initial"),
        ("sources", "0002_tenancy"),
        ("sources", "0003_snapshot_storage"),
        ("sources", "0004_schedule"),
        ("sources", "0005_mirror"),
        ("sources", "0006_mirror_marks"),
        ("sources", "0007_todays"),
        ("sources", "0008_mastering"),
        ("sources", "0009_inlet"),
        ("sources", "0010_standing_and_trials"),
        ("sources", "0011_population"),
        ("sources", "0012_cheaper_links"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed_0003_findings_per_school"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Source",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=100)),
                        ("settings", models.JSONField(default=dict)),
                        ("limits", models.JSONField(default=dict)),
                        ("approve_automatically", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
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
                        ("every_minutes", models.PositiveIntegerField(null=True)),
                        (
                            "standing",
                            models.CharField(
                                choices=[
                                    ("draft", "Not added yet"),
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("leaving", "Being removed"),
                                    ("removed", "Removed"),
                                ],
                                default="active",
                                max_length=8,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "name"), name="sources_source_name")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceLink",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "source_id",
                                "entity",
                                "key",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("entity", models.CharField(max_length=20)),
                        ("key", models.CharField(db_collation="C", max_length=640)),
                        ("content_hash", models.BinaryField(max_length=16, null=True)),
                        ("root_id", models.UUIDField()),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="sources.source",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["source", "entity"], name="sources_link_entity")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("entity__in", ["enrolment", "guardianship", "membership"]), _negated=True
                                ),
                                fields=("source", "entity", "key"),
                                name="sources_link_key",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceRun",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "Running"),
                                    ("previewed", "Tried, nothing changed"),
                                    ("unchanged", "Nothing to change"),
                                    ("waiting", "Waits for a person"),
                                    ("applied", "Applied"),
                                    ("refused", "Refused"),
                                    ("superseded", "Replaced by a newer run"),
                                    ("stopped", "Stopped"),
                                    ("interrupted", "Interrupted"),
                                ],
                                default="running",
                                max_length=12,
                            ),
                        ),
                        ("phase", models.CharField(default="read", max_length=20)),
                        ("counts", models.JSONField(default=dict)),
                        ("requested_by", models.CharField(max_length=80)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("error", models.CharField(blank=True, max_length=60)),
                        ("error_text", models.CharField(blank=True, max_length=500)),
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
                            "plan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="source_runs",
                                to="core.plan",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["source", "started_at"], name="sources_run_time")],
                    },
                ),
                migrations.CreateModel(
                    name="Snapshot",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("payload", models.BinaryField()),
                        ("created_at", models.DateTimeField()),
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="snapshots",
                                to="sources.sourcerun",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "entity"), name="sources_snapshot_entity")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hook",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("secret_digest", models.CharField(max_length=64, unique=True)),
                        ("sealed_secret", models.CharField(max_length=200)),
                        ("remote_id", models.CharField(blank=True, max_length=100)),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("heard_at", models.DateTimeField(null=True)),
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
                            "source",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="hook", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MirrorMark",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("through", models.DateTimeField()),
                        ("full_date", models.DateField()),
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
                            "source",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mirror_mark",
                                to="sources.source",
                            ),
                        ),
                        ("is_clock_unsure", models.BooleanField(default=False)),
                        ("mirrors", models.CharField(blank=True, max_length=64)),
                        (
                            "resources",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MirrorRecord",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "source_id",
                                "intake",
                                "resource",
                                "key",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("intake", models.UUIDField()),
                        ("resource", models.CharField(max_length=40)),
                        ("key", models.CharField(db_collation="C", max_length=200)),
                        ("body", models.JSONField()),
                        ("seen_at", models.DateTimeField()),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mirror",
                                to="sources.source",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Admission",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("person_id", models.UUIDField(db_index=True)),
                        ("made_person", models.BooleanField()),
                        ("duty_id", models.UUIDField()),
                        ("unit_id", models.UUIDField()),
                        (
                            "activity_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("substitute", "Substitute"),
                                    ("agency", "Agency teacher"),
                                    ("student", "Student teacher"),
                                    ("remote", "Remote teacher"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("sponsor_id", models.UUIDField(null=True)),
                        ("user_id", models.UUIDField(null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField()),
                        ("admitted_by", models.CharField(max_length=80)),
                        ("admitted_at", models.DateTimeField()),
                        ("renewed", models.PositiveSmallIntegerField(default=0)),
                        ("settled_at", models.DateTimeField(null=True)),
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
                        "indexes": [
                            models.Index(fields=["authority", "unit_id", "end_date"], name="sources_admission_unit")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end_date__gte", models.F("start_date"))),
                                name="sources_admission_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttributeRule",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("attribute", models.CharField(max_length=40)),
                        (
                            "say",
                            models.CharField(
                                choices=[("decides", "Decides"), ("fills", "Fills gaps"), ("ignored", "Is not used")],
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
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "entity", "attribute"), name="sources_attributerule_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Conflict",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("root_id", models.UUIDField()),
                        ("attribute", models.CharField(max_length=40)),
                        (
                            "against",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sources.source"
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
                            "holds",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("authority", "entity", "root_id", "attribute"), name="sources_conflict_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contribution",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "source_id",
                                "entity",
                                "key",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("entity", models.CharField(max_length=20)),
                        ("key", models.CharField(db_collation="C", max_length=640)),
                        ("root_id", models.UUIDField()),
                        ("said", models.JSONField()),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sources.source",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["root_id"], name="sources_contribution_root")],
                    },
                ),
                migrations.CreateModel(
                    name="Correction",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("root_id", models.UUIDField()),
                        ("attribute", models.CharField(max_length=40)),
                        ("value", models.JSONField()),
                        ("reason", models.CharField(max_length=300)),
                        ("made_by", models.CharField(max_length=80)),
                        ("made_at", models.DateTimeField()),
                        ("end_date", models.DateField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "closed_why",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("agreed", "The source says the same"),
                                    ("ended", "Its last day has passed"),
                                    ("withdrawn", "Withdrawn"),
                                    ("replaced", "Replaced by a newer correction"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("closed_by", models.CharField(blank=True, max_length=80)),
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
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("authority", "entity", "root_id", "attribute"),
                                name="sources_correction_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntityRight",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("creates", models.BooleanField(default=True)),
                        ("updates", models.BooleanField(default=True)),
                        ("removes", models.BooleanField(default=True)),
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
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "entity"), name="sources_entityright_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Merge",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("survivor_id", models.UUIDField(db_index=True)),
                        ("absorbed_id", models.UUIDField(db_index=True)),
                        ("moved", models.JSONField(default=dict)),
                        ("links", models.JSONField(default=list)),
                        ("before", models.JSONField(default=dict)),
                        ("accounts", models.JSONField(default=dict)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("merged_by", models.CharField(max_length=80)),
                        ("merged_at", models.DateTimeField()),
                        ("undone_by", models.CharField(blank=True, max_length=80)),
                        ("undone_at", models.DateTimeField(null=True)),
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
                            models.UniqueConstraint(
                                condition=models.Q(("undone_at__isnull", True)),
                                fields=("authority", "entity", "absorbed_id"),
                                name="sources_merge_absorbed",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Suggestion",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("one_id", models.UUIDField()),
                        ("other_id", models.UUIDField()),
                        (
                            "likeness",
                            models.CharField(
                                choices=[
                                    ("name_birth", "Same name and birth date"),
                                    ("eppn", "Same EPPN, but different personal numbers"),
                                    ("name_place", "Same name, type and school"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("open", "Waits for an answer"),
                                    ("same", "The same"),
                                    ("different", "Not the same"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("answered_by", models.CharField(blank=True, max_length=80)),
                        ("answered_at", models.DateTimeField(null=True)),
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
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["authority", "answer"], name="sources_suggestion_answer")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("authority", "entity", "one_id", "other_id"), name="sources_suggestion_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Inlet",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("token_digest", models.CharField(blank=True, max_length=64)),
                        ("token_made_at", models.DateTimeField(null=True)),
                        ("heard_at", models.DateTimeField(null=True)),
                        ("changed_at", models.DateTimeField(null=True)),
                        ("pending_since", models.DateTimeField(null=True)),
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
                            "source",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="inlet", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Trial",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("steps", models.JSONField(default=list)),
                        ("summary", models.JSONField(default=dict)),
                        ("counts", models.JSONField(default=dict)),
                        ("rows", models.JSONField(default=list)),
                        ("error_text", models.CharField(blank=True, max_length=1000)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
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
                            "source",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="trial", to="sources.source"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PopulationRegister",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=100)),
                        ("settings", models.JSONField(default=dict)),
                        (
                            "municipalities",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=4), default=list, size=None
                            ),
                        ),
                        ("every_minutes", models.PositiveIntegerField(null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
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
                            models.UniqueConstraint(
                                fields=("authority", "name"), name="sources_populationregister_name"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PopulationOutcome",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("not_enrolled", "Lives here, not enrolled with us"),
                                    ("elsewhere", "Enrolled, lives elsewhere"),
                                    ("marked", "Newly protected"),
                                    ("unmarked", "No longer protected"),
                                    ("departed", "No longer registered in Sweden"),
                                    ("number", "Has another number"),
                                    ("not_found", "Number that the population register does not have"),
                                    ("differs", "Name or address differs"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("civic_no", models.CharField(max_length=20)),
                        ("person_id", models.UUIDField(null=True)),
                        ("unit_id", models.UUIDField(null=True)),
                        ("name", models.CharField(blank=True, max_length=400)),
                        ("address", models.CharField(blank=True, max_length=400)),
                        ("details", models.JSONField(default=dict)),
                        ("since_date", models.DateField()),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("seen", "Seen"),
                                    ("other_school", "Goes to another authority's school"),
                                    ("abroad", "Is abroad, or has postponed the start"),
                                    ("taken_over", "Taken over into the register"),
                                    ("kept", "Kept as it is"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("decided_by", models.CharField(blank=True, max_length=80)),
                        ("decided_at", models.DateTimeField(null=True)),
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
                            "register",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="outcomes",
                                to="sources.populationregister",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["authority", "kind", "unit_id"], name="sources_outcome_kind")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("register", "kind", "civic_no"), name="sources_populationoutcome_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PopulationRun",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("tried", "Tried, nothing changed"),
                                    ("stopped", "Stopped"),
                                ],
                                default="running",
                                max_length=12,
                            ),
                        ),
                        ("counts", models.JSONField(default=dict)),
                        ("requested_by", models.CharField(max_length=80)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("error", models.CharField(blank=True, max_length=60)),
                        ("error_text", models.CharField(blank=True, max_length=500)),
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
                            "register",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="runs",
                                to="sources.populationregister",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["register", "started_at"], name="sources_populationrun_time")],
                    },
                ),
            ]
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(NO_KEY, "ALTER TABLE sources_sourcelink ADD PRIMARY KEY (source_id, entity, key)"),
        TenantTable("sources_source"),
        TenantTable("sources_sourcelink"),
        TenantTable("sources_sourcerun"),
        TenantTable("sources_snapshot"),
        TenantTable("sources_hook"),
        TenantTable("sources_mirrormark"),
        TenantTable("sources_mirrorrecord"),
        TenantTable("sources_admission"),
        TenantTable("sources_attributerule"),
        TenantTable("sources_conflict"),
        TenantTable("sources_contribution"),
        TenantTable("sources_correction"),
        TenantTable("sources_entityright"),
        TenantTable("sources_merge"),
        TenantTable("sources_suggestion"),
        TenantTable("sources_inlet"),
        TenantTable("sources_trial"),
        TenantTable("sources_populationregister"),
        TenantTable("sources_populationrun"),
        TenantTable("sources_populationoutcome"),
    ]
