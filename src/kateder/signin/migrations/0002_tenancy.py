"""Row-level security and grants of sign-in's tables."""

from django.db import migrations

from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_initial")]

    operations = [
        TenantTable("signin_session"),
        TenantTable("signin_passkey"),
        TenantTable("signin_onetimesecret"),
        TenantTable("signin_setuplink"),
        TenantTable("signin_attempt"),
    ]
