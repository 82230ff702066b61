"""The address and the token on the command line."""

from __future__ import annotations

import json

from tests.sources.egil_in import bodies
from tests.sources.egil_in.conftest import Sender
from tests.sources.test_cli import call

from kateder.core.models import Authority
from kateder.sources.cli import source_app


def test_the_command_line_makes_a_token_and_shows_it_once(sender: Sender, authority: Authority) -> None:
    told = json.loads(call(source_app, authority, "inlet", "Grannen", "--new-token", "--json"))
    assert told["path"] == sender.base
    fresh = Sender(sender.client, sender.host, sender.source_id, told["token"])
    fresh.post("Organisations", bodies.organisation())
    again = json.loads(call(source_app, authority, "inlet", "Grannen", "--json"))
    assert "token" not in again
    assert again["Organisations"] == 1
    assert again["heard_at"]
