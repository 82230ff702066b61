"""Row-level security and grants of the licences' tables; nobody changes what the ledger says."""

from django.db import migrations

from kateder.core.rls import AppendOnlyTenantTable, TenantTable


class Migration(migrations.Migration):
    dependencies = [("licences", "0001_initial")]

    operations = [
        TenantTable("licences_lot"),
        TenantTable("licences_assignment"),
        AppendOnlyTenantTable("licences_ledgerentry"),
    ]
