import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_tenancy"),
        ("register", "0006_duty_leave"),
    ]

    operations = [
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
                    models.UniqueConstraint(fields=("authority", "civic_no"), name="register_populationmark_number")
                ],
            },
        ),
        TenantTable("register_populationmark"),
    ]
