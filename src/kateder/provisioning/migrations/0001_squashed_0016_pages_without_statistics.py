"""What is delivered to services and what they fetch, with receipts."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.partitions import PartitionByMonth
from kateder.core.rls import AppendOnlyTenantTable, TenantTable

# Bodies are read all the time, documents only in questions: a long row lets its document go aside first.
STORAGE = (
    "ALTER TABLE provisioning_editionrow ALTER COLUMN body SET STORAGE MAIN, ALTER COLUMN doc SET STORAGE EXTERNAL"
)

# A page of an edition in one statement: the way in of everything that reads much. The authority is named as everywhere
# else, for this one statement's transaction; the policies do the rest. No row means that the edition no longer follows
# the register: it is then read, and brought up to date, the long way.
#
# The rows come out of the primary key's index in order, and are joined in that order: nothing sorts again. Whether more
# follows is asked of the index, so that no row is read that is not sent. Bytes, because nobody looks into them.
#
# Until the table has been analysed, PostgreSQL takes an edition for one row: any index that begins with the edition is
# as good, and what it finds is sorted, all of it for every page. Where nothing may be sorted, the key's order is used.
PAGE = """
CREATE FUNCTION provisioning_edition_page(
  its_authority uuid, its_edition uuid, its_digest text, its_day date, its_path text, its_after uuid, its_size integer
) RETURNS TABLE (joined bytea, objects integer, following uuid, protected uuid[]) LANGUAGE plpgsql
SET enable_sort TO off SET enable_bitmapscan TO off SET enable_seqscan TO off AS $$
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
  IF following IS NOT NULL AND (
    SELECT r.id FROM provisioning_editionrow r
    WHERE r.authority_id = its_authority AND r.edition_id = its_edition AND r.path = its_path
      AND r.gone_at IS NULL AND r.id > following
    ORDER BY r.id LIMIT 1
  ) IS NULL THEN
    following := NULL;
  END IF;
  RETURN NEXT;
END $$
"""
SIGNATURE = "provisioning_edition_page(uuid, uuid, text, date, text, uuid, integer)"
RIGHTS = f"""
REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {SIGNATURE} TO "{settings.RUNTIME_ROLE}"
"""


class Migration(migrations.Migration):
    replaces = [
        ("provisioning", "0001_initial"),
        ("provisioning", "0002_tenancy"),
        ("provisioning", "0003_subscriptions"),
        ("provisioning", "0004_editions"),
        ("provisioning", "0005_edition_pages"),
        ("provisioning", "0006_rollover"),
        ("provisioning", "0007_quicker_edition_pages"),
        ("provisioning", "0008_ways_out"),
        ("provisioning", "0009_target_trials"),
        ("provisioning", "0010_what_is_known"),
        ("provisioning", "0011_kept_whole"),
        ("provisioning", "0012_members_of_federations"),
        ("provisioning", "0013_gradebook"),
        ("provisioning", "0014_removals_and_grounds"),
        ("provisioning", "0015_bearing_and_trouble"),
        ("provisioning", "0016_pages_without_statistics"),
    ]

    initial = True

    dependencies = [
        ("catalogue", "0001_squashed_0002_tenancy"),
        ("core", "0001_squashed_0003_findings_per_school"),
        ("trust", "0001_squashed_0005_federations"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(default="egil", max_length=20)),
                        ("base_uri", models.URLField(blank=True)),
                        (
                            "pins",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=44), blank=True, default=list, size=None
                            ),
                        ),
                        ("limits", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("emptying", "Being emptied"),
                                    ("emptied", "Emptied"),
                                ],
                                default="active",
                                max_length=10,
                            ),
                        ),
                        ("max_connections", models.PositiveSmallIntegerField(default=16)),
                        ("request_seconds", models.FloatField(default=30.0)),
                        ("delivered_position", models.BigIntegerField(default=0)),
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
                        (
                            "keypair",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="trust.keypair",
                            ),
                        ),
                        (
                            "service",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="target",
                                to="catalogue.service",
                            ),
                        ),
                        ("compared_at", models.DateTimeField(null=True)),
                        ("settings", models.JSONField(blank=True, default=dict)),
                        ("known_day", models.DateField(null=True)),
                        ("known_position", models.BigIntegerField(null=True)),
                        (
                            "federation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="trust.federation",
                            ),
                        ),
                        ("entity_id", models.CharField(blank=True, max_length=300)),
                        ("tag", models.CharField(blank=True, max_length=64)),
                        ("max_per_second", models.FloatField(null=True)),
                        ("bears", models.PositiveSmallIntegerField(null=True)),
                        ("down_since", models.DateTimeField(null=True)),
                        ("troubles", models.PositiveSmallIntegerField(default=0)),
                        ("retry_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("run_id", models.UUIDField()),
                        ("resource_type", models.CharField(max_length=20)),
                        ("released_id", models.UUIDField()),
                        ("root_id", models.UUIDField(null=True)),
                        ("action", models.CharField(max_length=10)),
                        ("http_status", models.PositiveSmallIntegerField(null=True)),
                        ("at", models.DateTimeField()),
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
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="provisioning.target"
                            ),
                        ),
                        (
                            "fields",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="provisioning.fieldset",
                            ),
                        ),
                        (
                            "grounds",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="provisioning.grounds",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["target", "root_id"], name="provisioning_receipt_root"),
                            models.Index(fields=["run_id"], name="provisioning_receipt_run"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryRun",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "Under way"),
                                    ("waiting", "Waits for a person"),
                                    ("succeeded", "Everything delivered"),
                                    ("failed", "Something failed"),
                                    ("interrupted", "Interrupted"),
                                    ("frozen", "Held back"),
                                ],
                                default="running",
                                max_length=12,
                            ),
                        ),
                        (
                            "phase",
                            models.CharField(
                                choices=[
                                    ("planning", "Finding out what has changed"),
                                    ("sending", "Sending"),
                                    ("ended", "Ended"),
                                ],
                                default="planning",
                                max_length=10,
                            ),
                        ),
                        ("actor", models.CharField(max_length=80)),
                        ("counts", models.JSONField(default=dict)),
                        ("planned", models.JSONField(default=dict)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("stopped_by", models.CharField(blank=True, max_length=40)),
                        ("plan_id", models.UUIDField(null=True)),
                        ("feed_position", models.BigIntegerField(default=0)),
                        ("started_at", models.DateTimeField()),
                        ("sending_since", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
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
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="runs",
                                to="provisioning.target",
                            ),
                        ),
                        ("healed", models.JSONField(default=dict)),
                        (
                            "scope",
                            models.CharField(
                                choices=[("changes", "What has changed"), ("everything", "Everything")],
                                default="everything",
                                max_length=12,
                            ),
                        ),
                        ("seconds", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["target", "started_at"], name="provisioning_run_order")],
                    },
                ),
                migrations.CreateModel(
                    name="TargetObject",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("resource_type", models.CharField(max_length=20)),
                        ("released_id", models.UUIDField()),
                        ("root_id", models.UUIDField(null=True)),
                        ("content_hash", models.BinaryField(null=True)),
                        ("acknowledged_at", models.DateTimeField(null=True)),
                        ("intent", models.CharField(blank=True, max_length=10)),
                        ("sanctioned", models.CharField(blank=True, max_length=10)),
                        ("sanctioned_hash", models.BinaryField(null=True)),
                        ("failure", models.CharField(blank=True, max_length=40)),
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
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="objects_held",
                                to="provisioning.target",
                            ),
                        ),
                        ("remote_id", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["target", "root_id"], name="provisioning_object_root"),
                            models.Index(
                                condition=models.Q(
                                    ("content_hash", None),
                                    models.Q(("intent", ""), _negated=True),
                                    models.Q(("sanctioned", ""), _negated=True),
                                    models.Q(("failure", ""), _negated=True),
                                    _connector="OR",
                                ),
                                fields=["target"],
                                name="provisioning_object_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("target", "resource_type", "released_id"), name="provisioning_object_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientReport",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("occurred_at", models.DateTimeField(null=True)),
                        ("severity", models.CharField(blank=True, max_length=10)),
                        ("message", models.CharField(blank=True, max_length=4000)),
                        ("message_type", models.CharField(blank=True, max_length=200)),
                        ("resource_type", models.CharField(blank=True, max_length=60)),
                        ("resource_id", models.CharField(blank=True, max_length=200)),
                        ("resource_url", models.CharField(blank=True, max_length=2000)),
                        ("counts", models.JSONField(null=True)),
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
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reports",
                                to="trust.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["client", "at"], name="provisioning_report_order")],
                    },
                ),
                migrations.CreateModel(
                    name="Subscription",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("target", models.CharField(max_length=2000)),
                        (
                            "resource_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None
                            ),
                        ),
                        (
                            "spelling",
                            models.CharField(
                                choices=[
                                    ("both", "Both spellings"),
                                    ("published", "modifiedEntites, as the standard prints it"),
                                    ("correct", "modifiedEntities, as it was meant"),
                                ],
                                default="both",
                                max_length=10,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("position", models.BigIntegerField(default=-1)),
                        ("gathered_until", models.DateTimeField()),
                        (
                            "modified",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), default=list, size=None
                            ),
                        ),
                        ("deleted", models.BooleanField(default=False)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("next_attempt_at", models.DateTimeField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=40)),
                        (
                            "trouble",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Works"),
                                    ("failing", "Does not answer"),
                                    ("expiring", "Ends soon"),
                                    ("expired", "Has ended"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
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
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="subscriptions",
                                to="trust.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["client", "id"], name="provisioning_subscription_ix")],
                    },
                ),
                migrations.CreateModel(
                    name="Edition",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("client_id", models.UUIDField(null=True)),
                        ("digest", models.CharField(default="", max_length=64)),
                        ("feed_position", models.BigIntegerField(default=-1)),
                        ("changes_until", models.DateTimeField(null=True)),
                        ("day", models.DateField(null=True)),
                        ("refreshed_at", models.DateTimeField(null=True)),
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
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("authority", "client_id"),
                                name="provisioning_edition_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EditionRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "authority_id",
                                "edition_id",
                                "path",
                                "id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("path", models.CharField(db_collation="C", max_length=30)),
                        ("id", models.UUIDField()),
                        ("root_id", models.UUIDField()),
                        ("created_at", models.DateTimeField()),
                        ("modified_at", models.DateTimeField()),
                        ("gone_at", models.DateTimeField(null=True)),
                        ("protected", models.BooleanField(default=False)),
                        ("name", models.CharField(max_length=420, null=True)),
                        ("content_hash", models.UUIDField()),
                        ("body", models.TextField(null=True)),
                        (
                            "doc",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.comparison.Cast("body", models.JSONField()),
                                output_field=models.JSONField(),
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="provisioning.edition",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["authority", "edition", "path", "modified_at"], name="provisioning_row_modified"
                            ),
                            models.Index(
                                condition=models.Q(("gone_at__isnull", False)),
                                fields=["authority", "edition", "gone_at"],
                                name="provisioning_row_gone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Listing",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                        ("made_at", models.DateTimeField()),
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
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="provisioning.edition"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Rollover",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("day", models.DateField()),
                        ("started_at", models.DateTimeField()),
                        ("started_by", models.CharField(max_length=80)),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("looked_at", models.DateTimeField(null=True)),
                        ("feed_position", models.BigIntegerField(default=0)),
                        ("lots", models.JSONField(default=list)),
                        ("released_at", models.DateTimeField(null=True)),
                        ("released_by", models.CharField(blank=True, max_length=80)),
                        ("left_at", models.DateTimeField(null=True)),
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
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_at__isnull", True), ("released_at__isnull", True)),
                                fields=("authority",),
                                name="provisioning_rollover_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consequence",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("unit_id", models.UUIDField(null=True)),
                        (
                            "gets",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "loses",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        ("keeps", models.PositiveIntegerField()),
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
                        (
                            "rollover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consequences",
                                to="provisioning.rollover",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.service"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Freeze",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("reason", models.CharField(max_length=300)),
                        ("remind_date", models.DateField()),
                        ("begun_at", models.DateTimeField()),
                        ("begun_by", models.CharField(max_length=80)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=80)),
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
                        (
                            "rollover",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="freezes",
                                to="provisioning.rollover",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="freezes",
                                to="provisioning.target",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("target",),
                                name="provisioning_freeze_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TargetTrial",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("steps", models.JSONField(default=list)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
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
                        (
                            "target",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="trial",
                                to="provisioning.target",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="KeptWhole",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("sealed", models.TextField()),
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
                        (
                            "target",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="kept_whole",
                                to="provisioning.target",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="GradebookRecord",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=20)),
                        ("sourced_id", models.CharField(max_length=255)),
                        ("doc", models.JSONField(null=True)),
                        ("line_item", models.CharField(blank=True, max_length=255)),
                        ("class_id", models.UUIDField(null=True)),
                        ("student_id", models.UUIDField(null=True)),
                        ("group_id", models.UUIDField(null=True)),
                        ("person_id", models.UUIDField(null=True)),
                        ("written_by", models.CharField(max_length=80)),
                        ("created_at", models.DateTimeField()),
                        ("modified_at", models.DateTimeField()),
                        ("gone_at", models.DateTimeField(null=True)),
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
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.service"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["service", "kind", "class_id"], name="provisioning_gradebook_class"),
                            models.Index(fields=["service", "kind", "line_item"], name="provisioning_gradebook_item"),
                            models.Index(fields=["person_id"], name="provisioning_gradebook_person"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("service", "kind", "sourced_id"), name="provisioning_gradebook_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FieldSet",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("resource_type", models.CharField(max_length=20)),
                        (
                            "paths",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), size=None
                            ),
                        ),
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
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Grounds",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("decision_id", models.UUIDField(null=True)),
                        ("agreement_id", models.UUIDField(null=True)),
                        ("causes", models.JSONField(default=list)),
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
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.service"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NeverSend",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("person_id", models.UUIDField()),
                        ("reason", models.CharField(max_length=400)),
                        ("begun_at", models.DateTimeField()),
                        ("begun_by", models.CharField(max_length=80)),
                        ("end_date", models.DateField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=80)),
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
                        (
                            "service",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.service",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("person_id", "service"),
                                name="provisioning_neversend_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Removal",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("resource_type", models.CharField(max_length=20)),
                        ("released_id", models.UUIDField()),
                        ("root_id", models.UUIDField(null=True)),
                        ("remote_id", models.CharField(blank=True, max_length=200)),
                        ("asked_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "found",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Not yet read back"),
                                    ("gone", "Gone"),
                                    ("there", "Still there"),
                                    ("unknown", "The service cannot say"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("looked_at", models.DateTimeField(null=True)),
                        ("verified_at", models.DateTimeField(null=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("confirmed_by", models.CharField(blank=True, max_length=80)),
                        ("note", models.CharField(blank=True, max_length=400)),
                        ("closed_at", models.DateTimeField(null=True)),
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
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="removals",
                                to="provisioning.target",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["target", "asked_at"], name="provisioning_removal_order")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at", None)),
                                fields=("target", "resource_type", "released_id"),
                                name="provisioning_removal_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Unprovisioning",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("reason", models.CharField(max_length=400)),
                        ("begun_at", models.DateTimeField()),
                        ("begun_by", models.CharField(max_length=80)),
                        ("held", models.JSONField(default=dict)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
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
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="unprovisionings",
                                to="provisioning.target",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("withdrawn_at", None)),
                                fields=("target",),
                                name="provisioning_unprovisioning_open",
                            )
                        ],
                    },
                ),
            ]
        ),
        PartitionByMonth("provisioning_receipt", "at", numbered=True),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL([PAGE, RIGHTS], f"DROP FUNCTION {SIGNATURE}"),
        TenantTable("provisioning_target"),
        TenantTable("provisioning_targetobject"),
        TenantTable("provisioning_deliveryrun"),
        AppendOnlyTenantTable("provisioning_receipt"),
        TenantTable("provisioning_clientreport"),
        TenantTable("provisioning_subscription"),
        TenantTable("provisioning_edition"),
        TenantTable("provisioning_editionrow"),
        TenantTable("provisioning_listing"),
        TenantTable("provisioning_rollover"),
        TenantTable("provisioning_consequence"),
        TenantTable("provisioning_freeze"),
        TenantTable("provisioning_targettrial"),
        TenantTable("provisioning_keptwhole"),
        TenantTable("provisioning_gradebookrecord"),
        TenantTable("provisioning_fieldset"),
        TenantTable("provisioning_grounds"),
        TenantTable("provisioning_neversend"),
        TenantTable("provisioning_removal"),
        TenantTable("provisioning_unprovisioning"),
    ]
