"""What a row of history pointed at, as columns with indexes; how long history is kept, and what removes it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable

# Runs as the owner, and removes only what the authority's own class says; never anything younger than a month.
FORGET = """
CREATE FUNCTION register_forget_history(days integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
    DELETE FROM register_historyentry h
     WHERE h.authority_id = nullif(current_setting('app.authority_id', true), '')::uuid
       AND h.changed_at < now() - make_interval(days => greatest(days, 30));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""
GRANT = f"""
REVOKE ALL ON FUNCTION register_forget_history(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_forget_history(integer) TO "{settings.RUNTIME_ROLE}"
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_findings_per_school"),
        ("register", "0007_population_marks"),
    ]

    operations = [
        migrations.AddField("historyentry", "tie_id", models.UUIDField(null=True)),
        migrations.AddField("historyentry", "other_tie_id", models.UUIDField(null=True)),
        migrations.AddIndex(
            "historyentry",
            models.Index(condition=models.Q(("tie_id__isnull", False)), fields=["tie_id"], name="register_history_tie"),
        ),
        migrations.AddIndex(
            "historyentry",
            models.Index(
                condition=models.Q(("other_tie_id__isnull", False)),
                fields=["other_tie_id"],
                name="register_history_other_tie",
            ),
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("history_days", models.PositiveIntegerField()),
                ("decided_by", models.CharField(max_length=80)),
                ("decided_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        default=kateder.core.tenancy.current_authority_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.authority",
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("authority",), name="register_retention_once")]},
        ),
        TenantTable("register_retention"),
        migrations.RunSQL(FORGET, "DROP FUNCTION register_forget_history(integer)"),
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
    ]
