"""Row-level security and grants of governance's tables."""

from django.db import migrations

from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]

    operations = [
        TenantTable("governance_agreement"),
        TenantTable("governance_decision"),
        TenantTable("governance_releasepolicy"),
        TenantTable("governance_releasefield"),
        TenantTable("governance_pseudonym"),
        TenantTable("governance_alias"),
    ]
