"""A key is indexed where it identifies something; the links of the rest are only ever read all together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0011_population")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE sources_sourcelink DROP CONSTRAINT sources_sourcelink_pkey",
            "ALTER TABLE sources_sourcelink ADD PRIMARY KEY (source_id, entity, key)",
        ),
        migrations.AddIndex(
            model_name="sourcelink",
            index=models.Index(fields=["source", "entity"], name="sources_link_entity"),
        ),
        migrations.AddConstraint(
            model_name="sourcelink",
            constraint=models.UniqueConstraint(
                fields=("source", "entity", "key"),
                name="sources_link_key",
                condition=models.Q(("entity__in", ["enrolment", "guardianship", "membership"]), _negated=True),
            ),
        ),
    ]
