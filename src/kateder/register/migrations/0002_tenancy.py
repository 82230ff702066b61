"""Row-level security and grants of the register's tables."""

from django.db import migrations

from kateder.core.rls import AppendOnlyTenantTable, TenantTable


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [
        TenantTable("register_changeset"),
        AppendOnlyTenantTable("register_historyentry"),
        TenantTable("register_organisation"),
        TenantTable("register_controller"),
        TenantTable("register_person"),
        TenantTable("register_enrolment"),
        TenantTable("register_guardianship"),
        TenantTable("register_duty"),
        TenantTable("register_group"),
        TenantTable("register_groupmembership"),
        TenantTable("register_activity"),
        TenantTable("register_activitygroup"),
        TenantTable("register_activityteacher"),
    ]
