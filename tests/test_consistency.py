"""Rules that hold for every model, table and file, also for those that are written tomorrow."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import models
from tools import messages

SOURCE = Path(__file__).parent.parent / "src" / "kateder"
LAYERS = [
    {"core"}, {"trust"}, {"register"}, {"sources", "catalogue"}, {"governance"}, {"licences"}, {"provisioning"},
    {"signin"}, {"portal"}, {"demo"},
]  # fmt: skip
SHARED = {
    "core_authority": "the tenants themselves",
    "core_authorityhost": "the authority is found from the host name before anything else",
    "procrastinate_jobs": "the queue of the installation; a job carries its authority and ids only",
    "procrastinate_events": "what happened to a job",
    "procrastinate_workers": "who works the queue",
    "procrastinate_periodic_defers": "when a periodic job was last asked for",
    "django_migrations": "the shape of the database",
    "django_content_type": "comes with django.contrib.auth; the runtime role may not touch it",
    "auth_permission": "comes with django.contrib.auth; the runtime role may not touch it",
    "auth_group": "comes with django.contrib.auth; the runtime role may not touch it",
    "auth_group_permissions": "comes with django.contrib.auth; the runtime role may not touch it",
}
CLOSED = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
TENANT = """
SELECT c.relname, c.relrowsecurity, count(p.*),
       EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'authority_id' AND a.attnotnull)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
LEFT JOIN pg_policies p ON p.tablename = c.relname AND p.qual LIKE '%app.authority_id%'
     AND p.with_check LIKE '%app.authority_id%'
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY c.oid, c.relname, c.relrowsecurity
"""

Owner = psycopg.Connection[tuple[object, ...]]


def our_models() -> list[type[models.Model]]:
    labels = set().union(*LAYERS)
    return [model for model in apps.get_models() if model._meta.app_label in labels]


def level(label: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if label in names)


def test_every_table_is_a_tenant_table_or_shared_with_a_reason(owner: Owner) -> None:
    wrong = [
        name
        for name, secured, policies, has_authority in owner.execute(TENANT)
        if name not in SHARED and not (secured and policies == 1 and has_authority)
    ]
    assert wrong == []


def test_runtime_role_cannot_touch_partitions_and_closed_tables(owner: Owner) -> None:
    rows = owner.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'"
        " WHERE c.relkind IN ('r', 'p') AND (c.relispartition OR c.relname = ANY(%s))"
        " AND has_table_privilege('kateder_runtime', c.oid, 'SELECT, INSERT, UPDATE, DELETE')",
        [list(CLOSED)],
    )
    assert [row[0] for row in rows] == []


def test_runtime_role_is_neither_owner_nor_above_the_policies(owner: Owner) -> None:
    row = owner.execute(
        "SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid)"
        " FROM pg_roles r WHERE rolname = 'kateder_runtime'"
    ).fetchone()
    assert row == (False, False, 0)


def test_foreign_keys_point_down_never_up_or_sideways() -> None:
    wrong = []
    for model in our_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.concrete or target is None or target is model:
                continue
            there = target._meta.app_label
            if there != here and level(there) >= level(here):
                wrong.append(f"{model.__name__}.{field.name} -> {there}")
    assert wrong == []


def test_no_automatic_many_to_many_tables() -> None:
    automatic = [model.__name__ for model in our_models() if model._meta.auto_created]
    through = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.local_many_to_many
        if field.remote_field.through._meta.auto_created
    ]
    assert automatic + through == []


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m.__name__)
def test_every_model_says_what_personal_data_it_holds(model: type[models.Model]) -> None:
    tag = re.search(r"PII: (none|[a-z_,\s]+ · erased: .+)", model.__doc__ or "")
    assert tag, f"{model.__name__} lacks a line `PII: …` in its docstring"


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(SOURCE)): count
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = {
        f"{path.relative_to(SOURCE)}:{node.name}": length
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > 60
    }
    assert long == {}


def test_no_broad_except_outside_the_job_runner() -> None:
    found = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"except (BaseException|Exception)\b|except:", path.read_text())
    ]
    assert set(found) <= {"core/jobs.py"}


def test_everything_the_interface_says_has_its_swedish() -> None:
    assert messages.untranslated() == []
