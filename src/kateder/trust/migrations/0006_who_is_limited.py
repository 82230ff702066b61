"""A rate holds for whoever calls: an API client, or who delivers to a source. The column stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_squashed_0005_federations")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("ratebucket", "client"),
                migrations.AddField(
                    "ratebucket",
                    "caller_id",
                    models.UUIDField(primary_key=True, serialize=False, db_column="client_id"),
                ),
            ]
        )
    ]
