"""What targets that take everything at once were last given, sealed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0010_what_is_known")]

    operations = [
        migrations.CreateModel(
            name="KeptWhole",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed", models.TextField()),
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
                    "target",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_whole",
                        to="provisioning.target",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        TenantTable("provisioning_keptwhole"),
    ]
