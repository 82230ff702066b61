"""All rules are asked together; a finding is gone by itself when the data is right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import TODAY, Cast
from tests.register.quality.changing import change, found

from kateder.core import db, follow_up, quality, trend
from kateder.core.findings import waiting_findings
from kateder.core.models import Finding, Severity, Sweep
from kateder.core.tasks import sweep_if_due
from kateder.register.api import Entity

pytestmark = pytest.mark.usefixtures("tenant")


def test_what_the_cast_has_is_right_but_for_known_things(cast: Cast) -> None:
    quality.sweep(today=TODAY)
    rules = set(Finding.objects.filter(closed_at=None).exclude(severity=Severity.INFO).values_list("rule", flat=True))
    assert rules == {"person.eppn_name", "group.without_teacher"}


def test_a_finding_is_gone_by_itself_when_the_data_is_right(cast: Cast) -> None:
    change(Entity.PERSON, cast["tove"], emails=[])
    assert found("person.email_missing") == {cast["tove"]}
    change(Entity.PERSON, cast["tove"], emails=["tove@bjorkviken.example"])
    assert found("person.email_missing") == set()
    assert Finding.objects.get(rule="person.email_missing").closed_at is not None


def test_one_look_serves_until_something_moves_or_a_day_begins(cast: Cast) -> None:
    assert sweep_if_due(today=TODAY)
    assert not sweep_if_due(today=TODAY)
    change(Entity.PERSON, cast["tove"], emails=[])
    assert sweep_if_due(today=TODAY)
    assert sweep_if_due(today=TODAY + timedelta(days=1))
    assert Sweep.objects.count() == 1


def test_dates_act_by_themselves(cast: Cast) -> None:
    """Nothing is imported; the school year simply ends."""
    after = TODAY.replace(year=2027, month=6, day=12)
    change(Entity.MEMBERSHIP, cast["membership_elsa"], end_date=TODAY)
    assert cast["elsa"] not in found("enrolment.without_class")
    assert cast["elsa"] in found("enrolment.without_class", today=TODAY + timedelta(days=1))
    assert found("enrolment.without_class", today=after) == set()


def test_trend_counts_each_day_once_per_rule_and_school(cast: Cast) -> None:
    quality.sweep(today=TODAY)
    change(Entity.PERSON, cast["tove"], emails=[])
    quality.sweep(today=TODAY)
    quality.sweep(today=TODAY + timedelta(days=1))
    counted = trend.per_day(last=TODAY + timedelta(days=1), days=7, rule="person.email_missing")
    assert counted == {TODAY: 1, TODAY + timedelta(days=1): 1}
    assert trend.per_day(last=TODAY, days=7, unit_ids=[cast["lund"]], rule="person.email_missing") == {}


def test_a_note_and_a_putting_off_outlive_the_next_sweep(cast: Cast) -> None:
    change(Entity.PERSON, cast["tove"], emails=[])
    quality.sweep(today=TODAY)
    finding = Finding.objects.get(rule="person.email_missing")
    by = cast.actor("petra")
    follow_up.asked(finding.pk, note="Ärende 12", by=by)
    follow_up.snooze(finding.pk, until=TODAY + timedelta(days=7), reason="Ny dator", today=TODAY, by=by)
    quality.sweep(today=TODAY + timedelta(days=1))
    finding.refresh_from_db()
    assert (finding.note, finding.snoozed_reason) == ("Ärende 12", "Ny dator")
    assert finding not in waiting_findings(today=TODAY + timedelta(days=6))
    assert finding in waiting_findings(today=TODAY + timedelta(days=7))


@pytest.mark.parametrize("number", ["20150309-2383", "150309-2383", "150309TF01"])
def test_a_note_with_a_personal_number_is_refused(cast: Cast, number: str) -> None:
    quality.sweep(today=TODAY)
    finding = Finding.objects.filter(scope=quality.SCOPE)[0]
    with pytest.raises(follow_up.NoteHoldsNumber):
        follow_up.asked(finding.pk, note=f"Gäller {number}", by=cast.actor("petra"))


@pytest.mark.parametrize("days", [0, -1, 200])
def test_nothing_is_put_off_to_the_past_or_for_ever(cast: Cast, days: int) -> None:
    quality.sweep(today=TODAY)
    finding = Finding.objects.filter(scope=quality.SCOPE)[0]
    until = TODAY + timedelta(days=days)
    with pytest.raises(follow_up.BadDay):
        follow_up.snooze(finding.pk, until=until, reason="Sedan", today=TODAY, by=cast.actor("petra"))


def test_what_rules_would_find_on_a_day_to_come_is_asked_without_storing_it(cast: Cast) -> None:
    with db.cursor() as cursor:
        quality.ask(cursor, today=TODAY)
        cursor.execute("SELECT count(*) FROM found")
        row = cursor.fetchone()
    assert row is not None
    assert row[0] > 0
    assert not Finding.objects.exists()
