"""What a target bears, and when it is tried again after trouble."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("provisioning", "0014_removals_and_grounds"),
    ]

    operations = [
        migrations.AddField(model_name="target", name="max_per_second", field=models.FloatField(null=True)),
        migrations.AddField(model_name="target", name="bears", field=models.PositiveSmallIntegerField(null=True)),
        migrations.AddField(model_name="target", name="down_since", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="target", name="troubles", field=models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(model_name="target", name="retry_at", field=models.DateTimeField(null=True)),
    ]
