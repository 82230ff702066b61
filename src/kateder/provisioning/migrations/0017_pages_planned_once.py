"""A page of an edition is planned once in a connection."""

from importlib import import_module

from django.db import migrations

first = import_module("kateder.provisioning.migrations.0001_squashed_0016_pages_without_statistics")

EARLIER = first.PAGE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
# With values at hand PostgreSQL believes that a plan made for them is worth its making, and makes one for every page:
# a third of what a page costs. The one plan that can be right, by the key, is the same for all.
PAGE = EARLIER.replace(
    "SET enable_seqscan TO off AS", "SET enable_seqscan TO off SET plan_cache_mode TO force_generic_plan AS"
)


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0001_squashed_0016_pages_without_statistics")]

    operations = [migrations.RunSQL(PAGE, EARLIER)]
