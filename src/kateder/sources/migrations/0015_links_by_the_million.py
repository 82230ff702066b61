"""A link is written for every row of a source, and all of them are read again at the next run."""

from django.db import migrations

from kateder.core import rls


class Migration(migrations.Migration):
    dependencies = [("sources", "0014_mapping_versions")]

    operations = [rls.WrittenByTheMillion("sources_sourcelink", read_whole=True)]
