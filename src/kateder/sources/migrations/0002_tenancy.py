"""Row-level security and grants of the tables of sources."""

from django.db import migrations

from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]

    operations = [
        TenantTable("sources_source"),
        TenantTable("sources_sourcelink"),
        TenantTable("sources_sourcerun"),
        TenantTable("sources_snapshot"),
    ]
