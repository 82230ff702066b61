"""Keys, clients of the APIs and federations."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.creation import CreateModels
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    replaces = [
        ("trust", "0001_initial"),
        ("trust", "0002_tenancy"),
        ("trust", "0003_api_clients"),
        ("trust", "0004_scopes"),
        ("trust", "0005_federations"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed_0003_findings_per_school"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Keypair",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("purpose", models.CharField(max_length=60)),
                        ("certificate", models.TextField()),
                        ("sealed_private_key", models.TextField()),
                        ("pin", models.CharField(max_length=44)),
                        ("created_at", models.DateTimeField()),
                        ("not_after", models.DateTimeField()),
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
                    name="ApiClient",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=120)),
                        ("service_id", models.UUIDField(db_index=True, null=True)),
                        ("profile", models.JSONField(default=dict)),
                        ("rate", models.PositiveIntegerField(default=50, null=True)),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=80)),
                        ("disabled_at", models.DateTimeField(null=True)),
                        ("last_seen_at", models.DateTimeField(null=True)),
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
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "name"), name="trust_client_name")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiSecret",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("digest", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
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
                                related_name="secrets",
                                to="trust.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("digest", models.CharField(max_length=64)),
                        ("issued_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
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
                                on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="trust.apiclient"
                            ),
                        ),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["client", "expires_at"], name="trust_token_order")],
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "digest"), name="trust_token_digest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Issuer",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("issuer", models.CharField(max_length=300)),
                        (
                            "audiences",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=300), size=None
                            ),
                        ),
                        ("organization_id", models.CharField(max_length=60)),
                        ("location", models.CharField(max_length=300)),
                        ("jwks_uri", models.URLField(blank=True, max_length=300)),
                        ("keys", models.JSONField(default=list)),
                        ("keys_at", models.DateTimeField(null=True)),
                        ("wanted_at", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField(null=True)),
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
                            "client",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="issuer", to="trust.apiclient"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Reading",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("date", models.DateField()),
                        ("entity", models.CharField(max_length=30)),
                        ("requests", models.BigIntegerField(default=0)),
                        ("objects_read", models.BigIntegerField(default=0)),
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
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readings",
                                to="trust.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("client", "date", "entity"), name="trust_reading_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RateBucket",
                    fields=[
                        (
                            "client",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="trust.apiclient",
                            ),
                        ),
                        ("tokens", models.FloatField()),
                        ("filled_at", models.DateTimeField()),
                        (
                            "authority",
                            models.ForeignKey(
                                default=kateder.core.tenancy.current_authority_id,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.authority",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Federation",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=80)),
                        ("address", models.URLField(max_length=300)),
                        ("issuer", models.CharField(blank=True, max_length=300)),
                        ("keys", models.JSONField(default=list)),
                        ("raw", models.BinaryField(default=b"")),
                        ("version", models.CharField(blank=True, max_length=64)),
                        ("issued_at", models.DateTimeField(null=True)),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("fetched_at", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField(null=True)),
                        ("cache_seconds", models.PositiveIntegerField(default=3600)),
                        ("failure", models.CharField(blank=True, max_length=40)),
                        ("failing_since", models.DateTimeField(null=True)),
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
                            models.UniqueConstraint(fields=("authority", "name"), name="trust_federation_name")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OwnEntity",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("entity_id", models.CharField(max_length=300)),
                        ("organization", models.CharField(max_length=200)),
                        ("organization_id", models.CharField(blank=True, max_length=40)),
                        (
                            "client_tags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64), default=list, size=None
                            ),
                        ),
                        ("server_uri", models.URLField(blank=True, max_length=300)),
                        (
                            "server_tags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64), default=list, size=None
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
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
                            "federation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="own_entity",
                                to="trust.federation",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="EntityKey",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "use",
                            models.CharField(
                                choices=[("client", "When we call"), ("server", "When we are called")], max_length=6
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(null=True)),
                        ("used_at", models.DateTimeField(null=True)),
                        ("replaced_at", models.DateTimeField(null=True)),
                        ("removed_at", models.DateTimeField(null=True)),
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trust.keypair"
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entity_keys",
                                to="trust.ownentity",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
            ]
        ),
        TenantTable("trust_keypair"),
        TenantTable("trust_apiclient"),
        TenantTable("trust_apisecret"),
        TenantTable("trust_apitoken"),
        TenantTable("trust_issuer"),
        TenantTable("trust_ratebucket"),
        TenantTable("trust_reading"),
        TenantTable("trust_federation"),
        TenantTable("trust_ownentity"),
        TenantTable("trust_entitykey"),
    ]
