"""A subscription remembers the newest changeset that it has been told of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0017_pages_planned_once")]

    operations = [migrations.AddField("subscription", "changeset", models.BigIntegerField(default=-1))]
