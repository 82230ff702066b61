import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_tenancy"),
        ("register", "0005_all_of_ss12000_tenancy"),
    ]

    operations = [
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
        TenantTable("register_dutyleave"),
    ]
