"""Row-level security and grants of the catalogue's tables."""

from django.db import migrations

from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        TenantTable("catalogue_provider"),
        TenantTable("catalogue_service"),
        TenantTable("catalogue_resource"),
    ]
