"""Find who was protected by the authority without reading all of history."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0002_tenancy")]

    operations = [
        migrations.AddIndex(
            model_name="historyentry",
            index=models.Index(
                condition=models.Q(("before__local_protection", True), ("entity", "person")),
                fields=["root_id"],
                name="register_history_protected",
            ),
        ),
    ]
