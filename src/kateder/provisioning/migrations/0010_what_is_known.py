"""From where a delivery may go on, and an index of the few objects about which there is something left to do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("provisioning", "0009_target_trials"),
    ]

    operations = [
        migrations.AddField(
            model_name="target",
            name="known_day",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="known_position",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="targetobject",
            index=models.Index(
                condition=models.Q(
                    ("content_hash", None),
                    models.Q(("intent", ""), _negated=True),
                    models.Q(("sanctioned", ""), _negated=True),
                    models.Q(("failure", ""), _negated=True),
                    _connector="OR",
                ),
                fields=["target"],
                name="provisioning_object_open",
            ),
        ),
    ]
