"""What a strict content policy and a slow network ask of the templates and the build."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "src" / "kateder").glob("*/templates/**/*.html"))
INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:src|action|poster|data)=[\"']https?:|<link[^>]*https?:", re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_inline_script_or_style_and_asks_nobody_else(path: Path) -> None:
    text = path.read_text()
    assert INLINE.findall(text) == []
    assert ELSEWHERE.findall(text) == []


def test_form_that_changes_something_carries_its_token() -> None:
    posts = re.compile(r"<form[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL)
    without = [path.name for path in TEMPLATES for form in posts.findall(path.read_text()) if "csrf_token" not in form]
    assert without == []


def test_packages_are_exact_and_the_lock_names_no_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert all(re.fullmatch(r"[0-9.]+", version) for version in package["devDependencies"].values())
    assert not any("resolved" in one for one in lock["packages"].values())
    assert all("integrity" in one for name, one in lock["packages"].items() if name)
