import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kateder.core.tenancy
from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_tenancy"),
        ("core", "0003_findings_per_school"),
        ("provisioning", "0013_gradebook"),
    ]

    operations = [
        migrations.AlterField(
            model_name="target",
            name="state",
            field=models.CharField(
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
        migrations.CreateModel(
            name="FieldSet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("resource_type", models.CharField(max_length=20)),
                (
                    "paths",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None),
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
        migrations.AddField(
            model_name="receipt",
            name="fields",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="provisioning.fieldset",
            ),
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
        migrations.AddField(
            model_name="receipt",
            name="grounds",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="provisioning.grounds",
            ),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="removals", to="provisioning.target"
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
        TenantTable("provisioning_fieldset"),
        TenantTable("provisioning_grounds"),
        TenantTable("provisioning_neversend"),
        TenantTable("provisioning_removal"),
        TenantTable("provisioning_unprovisioning"),
    ]
