"""Whose ids a service is given, where it is not pseudonyms."""

import django.db.models.deletion
from django.db import migrations, models

FIELDS = [
    ("given_name", "Given name"),
    ("family_name", "Family name"),
    ("user_name", "User name at school"),
    ("emails", "E-mail address"),
    ("civic_no", "Personal identity number"),
    ("school_year", "School year"),
    ("school_type", "School form"),
    ("programme", "Programme"),
    ("school_unit", "School"),
    ("group_type", "Kind of group"),
    ("duty_role", "Teacher's role"),
    ("signature", "Teacher's signature"),
    ("test_activity", "National test that a group sits"),
    ("source_id", "Id from the school's own system"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0001_squashed_0003_test_activity"),
        ("sources", "0001_squashed_0012_cheaper_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="releasepolicy",
            name="ids_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sources.source",
            ),
        ),
        migrations.AlterField(
            model_name="releasefield", name="field", field=models.CharField(choices=FIELDS, max_length=30)
        ),
    ]
