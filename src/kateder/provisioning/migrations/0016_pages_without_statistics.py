"""A page of an edition that was just written is read by its key, whatever PostgreSQL believes of the table."""

from importlib import import_module

from django.db import migrations

quicker = import_module("kateder.provisioning.migrations.0007_quicker_edition_pages")

# Until the table has been analysed, PostgreSQL takes an edition for one row: any index that begins with the edition is
# as good, and what it finds is sorted, all of it for every page. Where nothing may be sorted, the key's order is used.
PAGE = quicker.PAGE.replace(
    "LANGUAGE plpgsql AS $$",
    "LANGUAGE plpgsql SET enable_sort TO off SET enable_bitmapscan TO off SET enable_seqscan TO off AS $$",
).replace(
    """NOT EXISTS (
    SELECT 1 FROM provisioning_editionrow r
    WHERE r.authority_id = its_authority AND r.edition_id = its_edition AND r.path = its_path
      AND r.gone_at IS NULL AND r.id > following
  ) THEN""",
    """(
    SELECT r.id FROM provisioning_editionrow r
    WHERE r.authority_id = its_authority AND r.edition_id = its_edition AND r.path = its_path
      AND r.gone_at IS NULL AND r.id > following
    ORDER BY r.id LIMIT 1
  ) IS NULL THEN""",
)


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0015_bearing_and_trouble")]

    operations = [
        migrations.RunSQL([quicker.DROP, PAGE, quicker.RIGHTS], [quicker.DROP, quicker.PAGE, quicker.RIGHTS]),
    ]
