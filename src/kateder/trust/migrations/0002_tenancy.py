"""Row-level security and grants of trust's tables."""

from django.db import migrations

from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_initial")]

    operations = [TenantTable("trust_keypair")]
