"""The tables of our own keys."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0002_tenancy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Keypair",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=60)),
                ("certificate", models.TextField()),
                ("sealed_private_key", models.TextField()),
                ("pin", models.CharField(max_length=44)),
                ("created_at", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
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
    ]
