"""A page of an edition is put together as its rows come, without sorting them once more."""

from importlib import import_module

from django.conf import settings
from django.db import migrations

earlier = import_module("kateder.provisioning.migrations.0005_edition_pages")

# The rows come out of the primary key's index in order, and are joined in that order: nothing sorts again. Whether more
# follows is asked of the index, so that no row is read that is not sent. Bytes, because nobody looks into them.
PAGE = """
CREATE FUNCTION provisioning_edition_page(
  its_authority uuid, its_edition uuid, its_digest text, its_day date, its_path text, its_after uuid, its_size integer
) RETURNS TABLE (joined bytea, objects integer, following uuid, protected uuid[]) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.authority_id', its_authority::text, true);
  IF NOT EXISTS (
    SELECT 1 FROM provisioning_edition e
    WHERE e.id = its_edition AND e.digest = its_digest AND e.day = its_day
      AND e.feed_position = coalesce((SELECT max(f.position) FROM core_feedentry f), 0)
      AND e.changes_until IS NOT DISTINCT FROM (SELECT max(c.at) FROM register_changeset c)
  ) THEN
    RETURN;
  END IF;
  SELECT convert_to(string_agg(page.body, ','), 'UTF8'), count(*), (array_agg(page.id))[its_size],
    array_agg(page.root_id) FILTER (WHERE page.marked)
  INTO joined, objects, following, protected
  FROM (
    SELECT r.id, r.body, r.root_id, r.protected AS marked
    FROM provisioning_editionrow r
    WHERE r.authority_id = its_authority AND r.edition_id = its_edition AND r.path = its_path
      AND r.gone_at IS NULL AND r.id > its_after
    ORDER BY r.id LIMIT its_size
  ) page;
  IF following IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM provisioning_editionrow r
    WHERE r.authority_id = its_authority AND r.edition_id = its_edition AND r.path = its_path
      AND r.gone_at IS NULL AND r.id > following
  ) THEN
    following := NULL;
  END IF;
  RETURN NEXT;
END $$
"""
DROP = f"DROP FUNCTION provisioning_edition_page{earlier.ARGUMENTS}"
# Whoever drops a function takes away who may call it.
RIGHTS = f"""
REVOKE ALL ON FUNCTION provisioning_edition_page{earlier.ARGUMENTS} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION provisioning_edition_page{earlier.ARGUMENTS} TO "{settings.RUNTIME_ROLE}"
"""


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0006_rollover")]

    operations = [
        migrations.RunSQL([DROP, PAGE, RIGHTS], [DROP, earlier.PAGE, RIGHTS]),
    ]
