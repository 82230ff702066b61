"""A page of an edition in one statement: the way in of everything that reads much."""

from django.conf import settings
from django.db import migrations

# The authority is named as everywhere else, for this one statement's transaction; the policies do the rest. No row
# means that the edition no longer follows the register: it is then read, and brought up to date, the long way.
PAGE = """
CREATE FUNCTION provisioning_edition_page(
  its_authority uuid, its_edition uuid, its_digest text, its_day date, its_path text, its_after uuid, its_size integer
) RETURNS TABLE (joined text, objects integer, following uuid, protected uuid[]) LANGUAGE plpgsql AS $$
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
  RETURN QUERY
  WITH page AS MATERIALIZED (
    SELECT r.id, r.body, r.root_id, r.protected AS marked, row_number() OVER (ORDER BY r.id) AS n
    FROM provisioning_editionrow r
    WHERE r.edition_id = its_edition AND r.path = its_path AND r.gone_at IS NULL AND r.id > its_after
    ORDER BY r.id LIMIT its_size + 1
  )
  SELECT string_agg(body, ',' ORDER BY n) FILTER (WHERE n <= its_size),
    (count(*) FILTER (WHERE n <= its_size))::integer,
    CASE WHEN count(*) > its_size THEN (array_agg(id ORDER BY n))[its_size] END,
    array_agg(root_id) FILTER (WHERE marked AND n <= its_size)
  FROM page;
END $$
"""
ARGUMENTS = "(uuid, uuid, text, date, text, uuid, integer)"


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0004_editions")]

    operations = [
        migrations.RunSQL(PAGE, f"DROP FUNCTION provisioning_edition_page{ARGUMENTS}"),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION provisioning_edition_page{ARGUMENTS} FROM PUBLIC", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            f'GRANT EXECUTE ON FUNCTION provisioning_edition_page{ARGUMENTS} TO "{settings.RUNTIME_ROLE}"',
            migrations.RunSQL.noop,
        ),
    ]
