"""What was opened when goes with the person, whom the register removes without asking Django."""

from django.db import migrations

_DROP = """
DO $$ DECLARE found text; BEGIN
  SELECT conname INTO STRICT found FROM pg_constraint
   WHERE conrelid = '{table}'::regclass AND contype = 'f' AND confrelid = 'register_person'::regclass;
  EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', found);
END $$;
"""
_ADD = """
ALTER TABLE {table} ADD CONSTRAINT {table}_person FOREIGN KEY (person_id) REFERENCES register_person (id)
 ON DELETE {then} DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_squashed_0002_tenancy")]

    operations = [
        migrations.RunSQL(
            (_DROP + _ADD).format(table=table, then="CASCADE"), (_DROP + _ADD).format(table=table, then="NO ACTION")
        )
        for table in ("signin_opening", "signin_arrival")
    ]
