"""The national test that a group sits becomes a field that can be released."""

from django.db import migrations, models

from kateder.governance.fields import Field


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_tenancy")]

    operations = [
        migrations.AlterField(
            "releasefield",
            "field",
            models.CharField(max_length=30, choices=Field.choices),
        )
    ]
