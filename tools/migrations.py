"""Whether every model has its migration, and every app's migrations are one line.

Needs no database: django-linear-migrations checks max_migration.txt, makemigrations compares the models.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import django
from django.core.management import call_command


def main() -> None:
    """Exit with 1 and the reason when something is missing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kateder.config.settings"
    os.environ["KATEDER_DEVELOP"] = "true"
    os.environ.setdefault("KATEDER_SECRET_KEY", "only-for-checks-" + "x" * 40)
    warnings.simplefilter("ignore", RuntimeWarning)  # there is no database to compare the history with
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    django.setup()
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


if __name__ == "__main__":
    main()
