"""Row-level security and grants of provisioning's tables."""

from django.db import migrations

from kateder.core.rls import AppendOnlyTenantTable, TenantTable


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0001_initial")]

    operations = [
        TenantTable("provisioning_target"),
        TenantTable("provisioning_targetobject"),
        TenantTable("provisioning_deliveryrun"),
        AppendOnlyTenantTable("provisioning_receipt"),
    ]
