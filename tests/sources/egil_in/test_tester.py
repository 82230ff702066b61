"""The public tester of SCIM servers, run against ours: all that it knows to ask."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.handlers.wsgi import WSGIHandler
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import CheckResult, Status, check_server
from tests.sources.egil_in import bodies
from tests.sources.egil_in.conftest import Sender

# The richest type and one with required references; the tester takes long for each.
TYPES = ["User", "Employment"]
# It adds the whole extension, then `enrolments`, and expects only the second: RFC 7644 §3.5.2.1 says that a value is
# added to those there are.
APPENDED = ("check_add_attribute", f"{bodies.SIS}User:enrolments")


@pytest.mark.timeout(900)
def test_the_public_tester_finds_nothing(sender: Sender) -> None:
    address = f"http://{sender.host}{sender.base}"
    client = WSGISCIMClient(WSGIHandler(), base_url=address, headers={"Authorization": f"Bearer {sender.token}"})
    results = check_server(client, resource_types=TYPES)
    wrong = {Status.DEVIATION, Status.ERROR, Status.CRITICAL}
    found = [one for one in results if one.status in wrong and not _is_appended(one)]
    assert [(one.status, one.title, one.resource_type, one.reason) for one in found] == []
    assert Counter(one.title for one in results)["object_deletion"] == len(TYPES)


def _is_appended(result: CheckResult) -> bool:
    title, urn = APPENDED
    return result.title == title and urn in str(result.reason)
