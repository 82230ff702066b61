"""How long the past is kept is decided on the command line."""

from __future__ import annotations

import json

from tests.cast import Cast
from typer.testing import CliRunner

from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from kateder.register.history_cli import app


def test_keep_decides_and_is_audited(cast: Cast) -> None:
    slug = cast.authority.slug
    assert CliRunner().invoke(app, ["keep", "--days", "400", "--authority", slug]).exit_code == 0
    shown = CliRunner().invoke(app, ["show", "--authority", slug, "--json"])
    assert json.loads(shown.output)["days"] == 400
    with within(cast.authority.id):
        assert AuditEvent.objects.filter(event="register.retention").exists()
