"""What SS 12000 clients subscribe to and report."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_findings_per_school"),
        ("provisioning", "0002_tenancy"),
        ("trust", "0003_api_clients"),
    ]

    operations = [
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="trust.apiclient"
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
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="subscriptions", to="trust.apiclient"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client", "id"], name="provisioning_subscription_ix")],
            },
        ),
        TenantTable("provisioning_clientreport"),
        TenantTable("provisioning_subscription"),
    ]
