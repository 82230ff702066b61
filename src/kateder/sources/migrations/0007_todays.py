import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_tenancy"),
        ("sources", "0006_mirror_marks"),
    ]

    operations = [
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
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
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
                "indexes": [models.Index(fields=["authority", "unit_id", "end_date"], name="sources_admission_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end_date__gte", models.F("start_date"))), name="sources_admission_dates"
                    )
                ],
            },
        ),
        TenantTable("sources_admission"),
    ]
