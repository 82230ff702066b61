"""The editions of the register that SS 12000 clients read."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_findings_per_school"),
        ("provisioning", "0003_subscriptions"),
    ]

    operations = [
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
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                fields=("authority", "client_id"), name="provisioning_edition_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="editionrow",
            index=models.Index(
                fields=["authority", "edition", "path", "modified_at"], name="provisioning_row_modified"
            ),
        ),
        migrations.AddIndex(
            model_name="editionrow",
            index=models.Index(
                condition=models.Q(("gone_at__isnull", False)),
                fields=["authority", "edition", "gone_at"],
                name="provisioning_row_gone",
            ),
        ),
        # Bodies are read all the time, documents only in questions: a long row lets its document go aside first.
        migrations.RunSQL(
            "ALTER TABLE provisioning_editionrow ALTER COLUMN body SET STORAGE MAIN,"
            " ALTER COLUMN doc SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
        TenantTable("provisioning_edition"),
        TenantTable("provisioning_editionrow"),
        TenantTable("provisioning_listing"),
    ]
