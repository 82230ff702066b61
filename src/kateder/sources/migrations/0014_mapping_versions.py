"""What a source's mapping was before."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("sources", "0013_population_trials")]

    operations = [
        migrations.CreateModel(
            name="MappingVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("changed_by", models.CharField(blank=True, max_length=80)),
                ("changed_at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="mappings", to="sources.source"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "mappingversion",
            models.UniqueConstraint(fields=("source", "number"), name="sources_mappingversion_number"),
        ),
        TenantTable("sources_mappingversion"),
    ]
