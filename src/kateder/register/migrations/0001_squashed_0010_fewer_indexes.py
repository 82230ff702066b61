"""The register and its history, and what forgets it."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.partitions import PartitionByMonth
from kateder.core.rls import AppendOnlyTenantTable, TenantTable

# Runs as the owner, and removes only what the authority's own class says; never anything younger than a month.
FORGET = """
CREATE FUNCTION register_forget_history(days integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
    DELETE FROM register_historyentry h
     WHERE h.authority_id = nullif(current_setting('app.authority_id', true), '')::uuid
       AND h.changed_at < now() - make_interval(days => greatest(days, 30));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""
GRANT = f"""
REVOKE ALL ON FUNCTION register_forget_history(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_forget_history(integer) TO "{settings.RUNTIME_ROLE}"
"""


class Migration(migrations.Migration):
    replaces = [
        ("register", "0001_initial"),
        ("register", "0002_tenancy"),
        ("register", "0003_protected_history"),
        ("register", "0004_all_of_ss12000"),
        ("register", "0005_all_of_ss12000_tenancy"),
        ("register", "0006_duty_leave"),
        ("register", "0007_population_marks"),
        ("register", "0008_history_ties"),
        ("register", "0009_history_ties_of_before"),
        ("register", "0010_fewer_indexes"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed_0003_findings_per_school"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Changeset",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("cause", models.CharField(max_length=80)),
                        ("actor", models.CharField(max_length=80)),
                        ("counts", models.JSONField(default=dict)),
                        ("feed_position", models.BigIntegerField(null=True)),
                        ("at", models.DateTimeField(null=True)),
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
                        "indexes": [models.Index(fields=["authority", "at"], name="register_changeset_time")],
                    },
                ),
                migrations.CreateModel(
                    name="Activity",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("display_name", models.CharField(max_length=200)),
                        ("subject_code", models.CharField(max_length=40, null=True)),
                        ("subject_name", models.CharField(max_length=200, null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="activities",
                                to="register.organisation",
                            ),
                        ),
                        ("activity_type", models.CharField(max_length=40, null=True)),
                        ("calendar_events_required", models.BooleanField(default=False)),
                        ("comment", models.CharField(max_length=500, null=True)),
                        ("minutes_planned", models.PositiveIntegerField(null=True)),
                        ("parent_activity", models.UUIDField(null=True)),
                        (
                            "syllabus",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="activities",
                                to="register.syllabus",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "activities",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_activity_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Controller",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("organisation_number", models.CharField(blank=True, max_length=20)),
                        ("officer_contact", models.CharField(blank=True, max_length=200)),
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
                            models.UniqueConstraint(fields=("authority", "name"), name="register_controller_name")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Duty",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("duty_role", models.CharField(max_length=40)),
                        ("signature", models.CharField(max_length=40, null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "duty_at",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duties",
                                to="register.organisation",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="duties", to="register.person"
                            ),
                        ),
                        ("description", models.CharField(max_length=200, null=True)),
                        ("duty_percent", models.PositiveSmallIntegerField(null=True)),
                        ("hours_per_year", models.PositiveSmallIntegerField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_duty_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ActivityTeacher",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "activity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="activity_teachers",
                                to="register.activity",
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "duty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="activities",
                                to="register.duty",
                            ),
                        ),
                        ("end_date", models.DateField(null=True)),
                        ("grader", models.BooleanField(null=True)),
                        ("minutes_planned", models.PositiveIntegerField(null=True)),
                        ("start_date", models.DateField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("activity", "duty"), name="register_activityteacher_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Group",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("display_name", models.CharField(max_length=200)),
                        ("group_type", models.CharField(max_length=20)),
                        ("school_type", models.CharField(max_length=20, null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="groups",
                                to="register.organisation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_group_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ActivityGroup",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "activity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="activity_groups",
                                to="register.activity",
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="activity_groups",
                                to="register.group",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("activity", "group"), name="register_activitygroup_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoryEntry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("root_id", models.UUIDField()),
                        ("before", models.JSONField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "changeset",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        ("tie_id", models.UUIDField(null=True)),
                        ("other_tie_id", models.UUIDField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["root_id", "changed_at"], name="register_history_root"),
                            models.Index(
                                condition=models.Q(("before__local_protection", True), ("entity", "person")),
                                fields=["root_id"],
                                name="register_history_protected",
                            ),
                            models.Index(
                                condition=models.Q(("tie_id__isnull", False)),
                                fields=["tie_id"],
                                name="register_history_tie",
                            ),
                            models.Index(
                                condition=models.Q(("other_tie_id__isnull", False)),
                                fields=["other_tie_id"],
                                name="register_history_other_tie",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("display_name", models.CharField(max_length=200)),
                        ("organisation_type", models.CharField(max_length=20)),
                        ("organisation_code", models.CharField(max_length=200, null=True)),
                        ("organisation_number", models.CharField(max_length=20, null=True)),
                        ("school_unit_code", models.CharField(max_length=20, null=True)),
                        (
                            "school_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), default=list, size=None
                            ),
                        ),
                        ("municipality_code", models.CharField(max_length=4, null=True)),
                        ("start_date", models.DateField(null=True)),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="register.organisation",
                            ),
                        ),
                        ("address", models.JSONField(null=True)),
                        ("contact_info", models.JSONField(default=list)),
                        ("email", models.CharField(max_length=254, null=True)),
                        ("phone_number", models.CharField(max_length=40, null=True)),
                        ("url", models.CharField(max_length=500, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("start_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_organisation_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("given_name", models.CharField(max_length=200)),
                        ("middle_name", models.CharField(max_length=200, null=True)),
                        ("family_name", models.CharField(max_length=200)),
                        ("sort_key", models.CharField(db_collation="C", max_length=600)),
                        ("search_key", models.CharField(db_collation="C", max_length=600)),
                        ("civic_no", models.CharField(max_length=20, null=True)),
                        ("civic_no_kind", models.CharField(max_length=12, null=True)),
                        ("birth_date", models.DateField(null=True)),
                        ("sex", models.CharField(max_length=10, null=True)),
                        ("security_marking", models.CharField(default="Ingen", max_length=30)),
                        ("local_protection", models.BooleanField(default=False)),
                        ("local_protection_rule", models.CharField(max_length=40, null=True)),
                        ("local_protection_until", models.DateField(null=True)),
                        ("person_status", models.CharField(default="Aktiv", max_length=20)),
                        (
                            "emails",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        (
                            "edu_person_principal_names",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        (
                            "phone_numbers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        ("addresses", models.JSONField(default=list)),
                        ("civic_nationality", models.CharField(max_length=3, null=True)),
                        (
                            "email_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        ("external_identifiers", models.JSONField(default=list)),
                        (
                            "phone_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        ("photo", models.CharField(max_length=500, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["authority", "sort_key"], name="register_person_sort"),
                            models.Index(fields=["authority", "civic_no"], name="register_person_civic"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Guardianship",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("relation_type", models.CharField(max_length=40)),
                        ("start_date", models.DateField(null=True)),
                        ("end_date", models.DateField(null=True)),
                        ("blocked", models.BooleanField(default=False)),
                        ("block_reason", models.CharField(max_length=200, null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "child",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="guardianships",
                                to="register.person",
                            ),
                        ),
                        (
                            "guardian",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="wards",
                                to="register.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["authority", "child"], name="register_guardianship_child")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_guardianship_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupMembership",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="register.group",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="register.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["authority", "group"], name="register_membership_group")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_groupmembership_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Enrolment",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("school_type", models.CharField(max_length=20)),
                        ("school_year", models.SmallIntegerField(null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        ("cancelled", models.BooleanField(default=False)),
                        ("education_code", models.CharField(max_length=40, null=True)),
                        ("programme", models.CharField(max_length=200, null=True)),
                        ("placed_by", models.CharField(max_length=200, null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "enroled_at",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="register.organisation",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="enrolments",
                                to="register.person",
                            ),
                        ),
                        ("specification", models.CharField(max_length=200, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["authority", "enroled_at"], name="register_enrolment_unit")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_enrolment_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("start_time", models.DateTimeField()),
                        ("end_time", models.DateTimeField()),
                        ("type", models.CharField(max_length=40)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="absences",
                                to="register.organisation",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="register.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="absences",
                                to="register.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Asset",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("display_name", models.CharField(max_length=200)),
                        ("description", models.CharField(max_length=500, null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assets",
                                to="register.organisation",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AttendanceEvent",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("time", models.DateTimeField()),
                        ("event_type", models.CharField(max_length=3)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendance_events",
                                to="register.group",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendance_events",
                                to="register.person",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="register.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CalendarEvent",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("start_time", models.DateTimeField()),
                        ("end_time", models.DateTimeField()),
                        ("cancelled", models.BooleanField(default=False)),
                        ("teaching_length_teacher", models.PositiveSmallIntegerField(null=True)),
                        ("teaching_length_student", models.PositiveSmallIntegerField(null=True)),
                        ("comment", models.CharField(max_length=500, null=True)),
                        ("student_exceptions", models.JSONField(default=list)),
                        ("teacher_exceptions", models.JSONField(default=list)),
                        (
                            "rooms",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "assets",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "activity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_events",
                                to="register.activity",
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["authority", "start_time"], name="register_calendar_time")],
                    },
                ),
                migrations.CreateModel(
                    name="Attendance",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("is_reported", models.BooleanField(default=False)),
                        ("attendance_minutes", models.PositiveSmallIntegerField(default=0)),
                        ("valid_absence_minutes", models.PositiveSmallIntegerField(null=True)),
                        ("invalid_absence_minutes", models.PositiveSmallIntegerField(null=True)),
                        ("other_attendance_minutes", models.PositiveSmallIntegerField(null=True)),
                        ("absence_reason", models.CharField(max_length=200, null=True)),
                        ("reported_timestamp", models.DateTimeField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "reporter",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="register.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendances",
                                to="register.person",
                            ),
                        ),
                        (
                            "calendar_event",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendances",
                                to="register.calendarevent",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ChangeNote",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("entity", models.CharField(max_length=20)),
                        ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
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
                            "changeset",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notes",
                                to="register.changeset",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Offering",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("start_date", models.DateField(null=True)),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "offered_at",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offerings",
                                to="register.organisation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_offering_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Placement",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("school_type", models.CharField(max_length=20, null=True)),
                        ("reason", models.CharField(max_length=40, null=True)),
                        ("max_weekly_schedule_hours", models.PositiveSmallIntegerField(null=True)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "child",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="placements",
                                to="register.person",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="placements",
                                to="register.group",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "placed_at",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placements",
                                to="register.organisation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_placement_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttendanceSchedule",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("number_of_weeks", models.PositiveSmallIntegerField(null=True)),
                        ("temporary", models.BooleanField(null=True)),
                        ("state", models.JSONField(default=list)),
                        ("schedule_entries", models.JSONField(default=list)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "placement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="schedules",
                                to="register.placement",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_attendanceschedule_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlacementOwner",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="owned_placements",
                                to="register.person",
                            ),
                        ),
                        (
                            "placement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="owners",
                                to="register.placement",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Programme",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("type", models.CharField(max_length=40, null=True)),
                        ("school_type", models.CharField(max_length=20)),
                        ("code", models.CharField(max_length=40, null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "parent_programme",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="parts",
                                to="register.programme",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OfferedProgramme",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "offering",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="programmes",
                                to="register.offering",
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="offerings",
                                to="register.programme",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Room",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("display_name", models.CharField(max_length=200)),
                        ("seats", models.PositiveIntegerField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rooms",
                                to="register.organisation",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="StudyPlan",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("notes", models.JSONField(default=list)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="study_plans",
                                to="register.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_studyplan_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Syllabus",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("school_type", models.CharField(max_length=20)),
                        ("subject_code", models.CharField(max_length=40, null=True)),
                        ("subject_name", models.CharField(max_length=200)),
                        ("subject_designation", models.CharField(max_length=40, null=True)),
                        ("course_code", models.CharField(max_length=40, null=True)),
                        ("course_name", models.CharField(max_length=200, null=True)),
                        ("start_school_year", models.SmallIntegerField(null=True)),
                        ("end_school_year", models.SmallIntegerField(null=True)),
                        ("points", models.PositiveSmallIntegerField(null=True)),
                        ("curriculum", models.CharField(max_length=40, null=True)),
                        ("language_code", models.CharField(max_length=8, null=True)),
                        ("specialisation_course_content", models.JSONField(null=True)),
                        ("official", models.BooleanField(default=False)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "syllabuses",
                    },
                ),
                migrations.CreateModel(
                    name="StudyPlanSyllabus",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("title", models.CharField(max_length=200, null=True)),
                        ("type", models.CharField(max_length=40, null=True)),
                        ("points", models.PositiveSmallIntegerField(null=True)),
                        ("note", models.CharField(max_length=500, null=True)),
                        ("hours", models.PositiveSmallIntegerField(null=True)),
                        ("start_date", models.DateField(null=True)),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "study_plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="syllabuses",
                                to="register.studyplan",
                            ),
                        ),
                        (
                            "syllabus",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="study_plans",
                                to="register.syllabus",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_studyplansyllabus_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProgrammeSyllabus",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("type", models.CharField(max_length=40)),
                        ("points", models.PositiveSmallIntegerField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="syllabuses",
                                to="register.programme",
                            ),
                        ),
                        (
                            "syllabus",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="programmes",
                                to="register.syllabus",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OfferedSyllabus",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "offering",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="syllabuses",
                                to="register.offering",
                            ),
                        ),
                        (
                            "syllabus",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="offerings",
                                to="register.syllabus",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Grade",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("registered_date", models.DateField()),
                        ("grade_value", models.CharField(max_length=20)),
                        ("final_grade", models.BooleanField(default=False)),
                        ("trial", models.BooleanField(null=True)),
                        ("adapted_study_plan", models.CharField(max_length=40)),
                        ("remark", models.CharField(max_length=500, null=True)),
                        ("converted", models.BooleanField(null=True)),
                        ("correction_type", models.CharField(max_length=20, null=True)),
                        ("semester", models.CharField(max_length=2, null=True)),
                        ("year", models.SmallIntegerField(null=True)),
                        ("diploma_project", models.JSONField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "grading_teacher",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="register.person",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="grades",
                                to="register.group",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grades",
                                to="register.organisation",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="register.person",
                            ),
                        ),
                        (
                            "student",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="grades", to="register.person"
                            ),
                        ),
                        (
                            "syllabus",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grades",
                                to="register.syllabus",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AssignmentRole",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("assignment_role_type", models.CharField(max_length=40)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                default=kateder.core.tenancy.current_authority_id,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "created_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                        (
                            "duty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignment_roles",
                                to="register.duty",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignment_roles",
                                to="register.group",
                            ),
                        ),
                        (
                            "modified_in",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="register.changeset",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_assignmentrole_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyLeave",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField(null=True)),
                        ("registered_by", models.CharField(max_length=80)),
                        ("registered_at", models.DateTimeField()),
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
                            "duty",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="leaves",
                                to="register.duty",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date__isnull", True),
                                    ("end_date__gte", models.F("start_date")),
                                    _connector="OR",
                                ),
                                name="register_dutyleave_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PopulationMark",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("civic_no", models.CharField(max_length=20)),
                        ("marking", models.CharField(max_length=30)),
                        ("since_date", models.DateField()),
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
                                fields=("authority", "civic_no"), name="register_populationmark_number"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Retention",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("history_days", models.PositiveIntegerField()),
                        ("decided_by", models.CharField(max_length=80)),
                        ("decided_at", models.DateTimeField()),
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
                        "constraints": [models.UniqueConstraint(fields=("authority",), name="register_retention_once")],
                    },
                ),
            ]
        ),
        PartitionByMonth("register_historyentry", "changed_at", numbered=True),
        migrations.RunSQL(FORGET, "DROP FUNCTION register_forget_history(integer)"),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
        TenantTable("register_changeset"),
        AppendOnlyTenantTable("register_historyentry"),
        TenantTable("register_organisation"),
        TenantTable("register_controller"),
        TenantTable("register_person"),
        TenantTable("register_enrolment"),
        TenantTable("register_guardianship"),
        TenantTable("register_duty"),
        TenantTable("register_group"),
        TenantTable("register_groupmembership"),
        TenantTable("register_activity"),
        TenantTable("register_activitygroup"),
        TenantTable("register_activityteacher"),
        TenantTable("register_assignmentrole"),
        TenantTable("register_syllabus"),
        TenantTable("register_programme"),
        TenantTable("register_programmesyllabus"),
        TenantTable("register_studyplan"),
        TenantTable("register_studyplansyllabus"),
        TenantTable("register_offering"),
        TenantTable("register_offeredsyllabus"),
        TenantTable("register_offeredprogramme"),
        TenantTable("register_placement"),
        TenantTable("register_placementowner"),
        TenantTable("register_attendanceschedule"),
        TenantTable("register_attendanceevent"),
        TenantTable("register_room"),
        TenantTable("register_asset"),
        TenantTable("register_calendarevent"),
        TenantTable("register_attendance"),
        TenantTable("register_absence"),
        TenantTable("register_grade"),
        TenantTable("register_changenote"),
        TenantTable("register_dutyleave"),
        TenantTable("register_populationmark"),
        TenantTable("register_retention"),
    ]
