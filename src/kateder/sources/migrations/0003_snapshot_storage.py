"""What is compressed already is stored as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_tenancy")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE sources_snapshot ALTER COLUMN payload SET STORAGE EXTERNAL",
            "ALTER TABLE sources_snapshot ALTER COLUMN payload SET STORAGE EXTENDED",
        )
    ]
