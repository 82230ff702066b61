"""The public tester of SCIM servers, run against ours: all that it knows to ask."""

from __future__ import annotations

from collections import Counter

from django.core.handlers.wsgi import WSGIHandler
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server
from tests.sources.egil_in.conftest import Sender

# The richest type and one with required references; the tester takes long for each.
TYPES = ["User", "Employment"]


def test_the_public_tester_finds_nothing(sender: Sender) -> None:
    address = f"http://{sender.host}{sender.base}"
    client = WSGISCIMClient(WSGIHandler(), base_url=address, headers={"Authorization": f"Bearer {sender.token}"})
    results = check_server(client, resource_types=TYPES)
    wrong = {Status.DEVIATION, Status.ERROR, Status.CRITICAL}
    found = [(one.status, one.title, one.resource_type, one.reason) for one in results if one.status in wrong]
    assert found == []
    assert Counter(one.title for one in results)["object_deletion"] == len(TYPES)
