"""What serves pages carries no library that only deliveries use."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADED = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
import django
django.setup()
from django.urls import get_resolver
get_resolver().reverse_dict
print(*{name.partition(".")[0] for name in sys.modules})
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The libraries that a process has when it knows all its addresses."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


def test_every_address_is_known(loaded: set[str]) -> None:
    assert {"kateder", "django"} <= loaded


@pytest.mark.parametrize("library", ["asyncssh", "xlsxwriter"])
def test_it_is_imported_where_it_is_used(loaded: set[str], library: str) -> None:
    assert library not in loaded
