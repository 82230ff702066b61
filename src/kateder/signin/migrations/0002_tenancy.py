"""Row-level security and grants of sign-in's tables."""

from django.db import migrations

from kateder.core.rls import TenantTable

TABLES = [
    "signin_session",
    "signin_passkey",
    "signin_onetimesecret",
    "signin_setuplink",
    "signin_attempt",
    "signin_application",
    "signin_grant",
    "signin_idtoken",
    "signin_accesstoken",
    "signin_refreshtoken",
    "signin_devicegrant",
    "signin_signingkey",
    "signin_opening",
    "signin_arrival",
]


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_initial")]

    operations = [TenantTable(table) for table in TABLES]
