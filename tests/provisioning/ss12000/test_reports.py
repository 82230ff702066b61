"""What clients report: kept for a while, and a finding where somebody has to act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kateder.core import clock
from kateder.core.findings import sentence
from kateder.core.models import Authority, Finding, Severity
from kateder.core.tenancy import within
from kateder.provisioning.models import ClientReport
from kateder.provisioning.ss12000 import reports
from tests.provisioning.ss12000.asking import Asking, asking

ABOUT = "5e10f18c-6d0d-450b-a4b8-fa99e1053f78"
ENTRY = {
    "message": "Elsa Åberg kan inte mappas",
    "messageType": "ValueMapping",
    "resourceType": "Syllabus",
    "resourceId": ABOUT,
    "resourceUrl": "https://service.example.se/ss12000/activities?expand=syllabus",
    "severityLevel": "Warning",
    "timeOfOccurance": "2020-04-08T12:51:31.322Z",
}
STATISTICS = {"resourceType": "Activity", "newCount": 2, "updatedCount": 234, "deletedCount": 0}


@pytest.fixture
def client(authority: Authority) -> Asking:
    return asking(authority)


def open_findings(client: Asking) -> list[Finding]:
    with within(client.calling.authority.id):
        return list(Finding.objects.filter(closed_at=None))


@pytest.mark.parametrize("path", ["log", "log/"])
def test_event_is_kept_as_it_was_reported(client: Asking, path: str) -> None:
    assert client("POST", path, ENTRY).status_code == 201
    with within(client.calling.authority.id):
        kept = ClientReport.objects.get()
    assert (kept.message, kept.severity, kept.resource_id) == (ENTRY["message"], "Warning", ABOUT)
    assert kept.occurred_at is not None


@pytest.mark.parametrize("path", ["statistics", "statistics/"])
def test_statistics_are_kept(client: Asking, path: str) -> None:
    assert client("POST", path, STATISTICS).status_code == 201
    with within(client.calling.authority.id):
        assert ClientReport.objects.get().counts == {"new": 2, "updated": 234, "deleted": 0}
    assert open_findings(client) == []


@pytest.mark.parametrize(("level", "severity"), [("Warning", Severity.WARNING), ("Error", Severity.ERROR)])
def test_problem_becomes_one_finding_however_often_it_is_reported(
    client: Asking, level: str, severity: Severity
) -> None:
    for _ in range(3):
        client("POST", "log", {**ENTRY, "severityLevel": level})
    (finding,) = open_findings(client)
    assert (finding.severity, finding.subject_id, finding.place) == (severity, ABOUT, "ValueMapping")


def test_note_is_no_finding(client: Asking) -> None:
    client("POST", "log", {**ENTRY, "severityLevel": "Info"})
    assert open_findings(client) == []


@pytest.mark.parametrize(
    "changed", [{}, {"messageType": "Elsa Åberg"}, {"resourceId": "Elsa"}, {"resourceType": "Elsa"}]
)
def test_finding_never_repeats_what_the_client_wrote_freely(client: Asking, changed: dict[str, str]) -> None:
    client("POST", "log", {**ENTRY, **changed})
    (finding,) = open_findings(client)
    told = [finding.subject_type, finding.subject_id, finding.place, str(finding.params), sentence(finding)]
    assert not any("Elsa" in one for one in told)


def test_problem_is_closed_by_hand_or_when_it_has_been_quiet_for_two_weeks(client: Asking) -> None:
    client("POST", "log", ENTRY)
    with within(client.calling.authority.id):
        assert reports.mend(UUID(client.calling.id)) == 1
    client("POST", "log", ENTRY)
    with within(client.calling.authority.id):
        reports.forget_old(now=clock.now() + timedelta(days=13))
    assert len(open_findings(client)) == 1
    with within(client.calling.authority.id):
        reports.forget_old(now=clock.now() + timedelta(days=15))
    assert open_findings(client) == []


def test_client_cannot_fill_the_findings(client: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_OPEN", 3)
    for number in range(6):
        client("POST", "log", {**ENTRY, "messageType": f"Type{number}"})
    assert len(open_findings(client)) == 3
    with within(client.calling.authority.id):
        assert ClientReport.objects.count() == 6


def test_reports_end_by_age_and_by_number(client: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST", 3)
    for number in range(5):
        client("POST", "log", {**ENTRY, "message": str(number)})
    with within(client.calling.authority.id):
        reports.forget_old(now=clock.now())
        assert sorted(ClientReport.objects.values_list("message", flat=True)) == ["2", "3", "4"]
        reports.forget_old(now=clock.now() + timedelta(days=91))
        assert not ClientReport.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"message": None},
        {"message": 1},
        {"message": "a\0"},
        {"severityLevel": None},
        {"severityLevel": "Fatal"},
        {"severityLevel": ["Info"]},
        {"messageType": 1},
        {"resourceId": {}},
        {"timeOfOccurance": "yesterday"},
        {"timeOfOccurance": "2020-04-08T12:51:31"},
        {"timeOfOccurance": "2020-13-08T12:51:31Z"},
    ],
)
def test_what_is_no_event_is_refused(client: Asking, changed: dict[str, Any]) -> None:
    assert client("POST", "log", {**ENTRY, **changed}).status_code == 400


@pytest.mark.parametrize("name", ["messageType", "resourceType", "resourceId", "resourceUrl", "timeOfOccurance"])
def test_what_need_not_be_said_may_be_null_or_absent(client: Asking, name: str) -> None:
    assert client("POST", "log", {**ENTRY, name: None}).status_code == 201
    assert client("POST", "log", {key: value for key, value in ENTRY.items() if key != name}).status_code == 201


@pytest.mark.parametrize(
    "changed",
    [{"newCount": -1}, {"newCount": "1"}, {"updatedCount": True}, {"deletedCount": None}, {"resourceType": None}],
)
def test_what_is_no_count_is_refused(client: Asking, changed: dict[str, Any]) -> None:
    assert client("POST", "statistics", {**STATISTICS, **changed}).status_code == 400


def test_message_is_cut_to_what_is_kept(client: Asking) -> None:
    assert client("POST", "log", {**ENTRY, "message": "å" * 9_000}).status_code == 201
    with within(client.calling.authority.id):
        assert len(ClientReport.objects.get().message) == 4000
