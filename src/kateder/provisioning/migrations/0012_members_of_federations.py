"""Targets that are members of a federation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("provisioning", "0011_kept_whole"),
        ("trust", "0005_federations"),
    ]

    operations = [
        migrations.AddField(
            model_name="target",
            name="federation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="trust.federation",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="entity_id",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="target",
            name="tag",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
