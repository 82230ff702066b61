"""A page of an edition is planned once in a connection, and looks for news of its own authority alone."""

from importlib import import_module

from django.db import migrations

first = import_module("kateder.provisioning.migrations.0001_squashed_0016_pages_without_statistics")

EARLIER = first.PAGE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
# With values at hand PostgreSQL believes that a plan made for them is worth its making, and makes one for every page:
# a third of what a page costs. The one plan that can be right, by the key, is the same for all. And without its own
# authority the newest entry of the feed is looked for among everybody's, from the end and one by one.
PAGE = (
    EARLIER.replace(
        "SET enable_seqscan TO off AS", "SET enable_seqscan TO off SET plan_cache_mode TO force_generic_plan AS"
    )
    .replace("FROM core_feedentry f)", "FROM core_feedentry f WHERE f.authority_id = its_authority)")
    .replace("FROM register_changeset c)", "FROM register_changeset c WHERE c.authority_id = its_authority)")
)


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0001_squashed_0016_pages_without_statistics")]

    operations = [migrations.RunSQL(PAGE, EARLIER)]
