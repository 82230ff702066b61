"""The tables that an import writes very many rows to."""

from django.db import migrations

from kateder.core import rls

TABLES = ("register_person", "register_enrolment", "register_guardianship", "register_groupmembership")


class Migration(migrations.Migration):
    dependencies = [("register", "0001_squashed_0010_fewer_indexes")]

    operations = [rls.WrittenByTheMillion(table) for table in TABLES]
