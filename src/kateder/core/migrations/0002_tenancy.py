"""Row-level security and grants of core's tables."""

from django.db import migrations

from kateder.core.rls import AppendOnlyTenantTable, SharedTable, TenantTable

RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        SharedTable("core_authority", "SELECT, UPDATE (acted_through, paused_at)"),
        SharedTable("core_authorityhost", "SELECT"),
        TenantTable("core_user"),
        AppendOnlyTenantTable("core_auditevent"),
        AppendOnlyTenantTable("core_auditseal"),
        AppendOnlyTenantTable("core_feedentry"),
        TenantTable("core_finding"),
        TenantTable("core_plan"),
        TenantTable("core_planrow"),
        TenantTable("core_lease"),
        SharedTable("procrastinate_jobs", RIGHTS),
        SharedTable("procrastinate_events", RIGHTS),
        SharedTable("procrastinate_workers", RIGHTS),
        SharedTable("procrastinate_periodic_defers", RIGHTS),
        SharedTable("django_migrations", "SELECT"),
    ]
