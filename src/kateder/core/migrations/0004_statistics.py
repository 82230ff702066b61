"""The runtime role may have statistics made anew, of tables that are the owner's."""

from django.conf import settings
from django.db import migrations

REFRESH = """
CREATE FUNCTION core_refresh_statistics(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    EXECUTE format('ANALYZE (SKIP_LOCKED) public.%I', one);
  END LOOP;
END $$
"""
RIGHTS = f"""
REVOKE ALL ON FUNCTION core_refresh_statistics(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_refresh_statistics(text[]) TO "{settings.RUNTIME_ROLE}"
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_squashed_0003_findings_per_school")]

    operations = [
        migrations.RunSQL(REFRESH, "DROP FUNCTION core_refresh_statistics(text[])"),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
