"""The columns and tables of SS 12000:2020 that the register did not have."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_tenancy"),
        ("register", "0003_protected_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="activity_type",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="activity",
            name="calendar_events_required",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="activity",
            name="comment",
            field=models.CharField(max_length=500, null=True),
        ),
        migrations.AddField(
            model_name="activity",
            name="minutes_planned",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="activity",
            name="parent_activity",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="activityteacher",
            name="end_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="activityteacher",
            name="grader",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="activityteacher",
            name="minutes_planned",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="activityteacher",
            name="start_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="description",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="duty_percent",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="hours_per_year",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="specification",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="address",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="contact_info",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="organisation",
            name="email",
            field=models.CharField(max_length=254, null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="phone_number",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="url",
            field=models.CharField(max_length=500, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="addresses",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="person",
            name="civic_nationality",
            field=models.CharField(max_length=3, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="email_types",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=200), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="external_identifiers",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="person",
            name="phone_types",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=200), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="photo",
            field=models.CharField(max_length=500, null=True),
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
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="register.person"
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="absences", to="register.person"
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="assets", to="register.organisation"
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
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="register.person"
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
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "assets",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
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
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="register.person"
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attendances", to="register.person"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="register.changeset"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="placements", to="register.person"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="schedules", to="register.placement"
                    ),
                ),
            ],
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="owners", to="register.placement"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="programmes", to="register.offering"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offerings", to="register.programme"
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="rooms", to="register.organisation"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="study_plans", to="register.person"
                    ),
                ),
            ],
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="syllabuses", to="register.studyplan"
                    ),
                ),
                (
                    "syllabus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="study_plans", to="register.syllabus"
                    ),
                ),
            ],
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="syllabuses", to="register.programme"
                    ),
                ),
                (
                    "syllabus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="programmes", to="register.syllabus"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="syllabuses", to="register.offering"
                    ),
                ),
                (
                    "syllabus",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offerings", to="register.syllabus"
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
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="register.person"
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
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="register.person"
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="grades", to="register.syllabus"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="syllabus",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="activities",
                to="register.syllabus",
            ),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignment_roles", to="register.duty"
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
                            ("end_date__isnull", True), ("end_date__gte", models.F("start_date")), _connector="OR"
                        ),
                        name="register_assignmentrole_dates",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="calendarevent",
            index=models.Index(fields=["authority", "start_time"], name="register_calendar_time"),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True), ("end_date__gte", models.F("start_date")), _connector="OR"
                ),
                name="register_offering_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True), ("end_date__gte", models.F("start_date")), _connector="OR"
                ),
                name="register_placement_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendanceschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True), ("end_date__gte", models.F("start_date")), _connector="OR"
                ),
                name="register_attendanceschedule_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True), ("end_date__gte", models.F("start_date")), _connector="OR"
                ),
                name="register_studyplan_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyplansyllabus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True), ("end_date__gte", models.F("start_date")), _connector="OR"
                ),
                name="register_studyplansyllabus_dates",
            ),
        ),
    ]
