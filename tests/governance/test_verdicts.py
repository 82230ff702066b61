"""No agreement, no data (domain rule 13); dates are inclusive."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kateder.governance.verdicts import Level, Outcome, Reason, ServiceVerdict, judge_service

SERVICE = UUID(int=7)
DAY = date(2026, 6, 30)


@dataclass(frozen=True)
class Terms:
    valid_from_date: date = DAY
    valid_to_date: date | None = None
    notice_days: int = 0
    outcome: str = Outcome.APPROVED


def judged(
    *agreements: Terms,
    decisions: tuple[Terms, ...] = (Terms(date.min),),
    level: Level = Level.PAIRWISE,
    today: date = DAY,
) -> ServiceVerdict:
    return judge_service(SERVICE, agreements=agreements, decisions=decisions, level=level, today=today)


dates = st.dates(DAY - timedelta(days=40), DAY + timedelta(days=40))
terms = st.builds(Terms, dates, st.none() | dates, st.integers(0, 20), st.sampled_from([*Outcome]))


@given(st.lists(terms, max_size=3), st.lists(terms, max_size=3), st.sampled_from(Level), dates)
def test_nothing_is_created_without_an_agreement_and_an_approval_in_force(
    agreements: list[Terms], decisions: list[Terms], level: Level, today: date
) -> None:
    verdict = judged(*agreements, decisions=tuple(decisions), level=level, today=today)
    in_force = any(a.valid_from_date <= today <= (a.valid_to_date or date.max) for a in agreements)
    approved = any(
        d.outcome == Outcome.APPROVED and d.valid_from_date <= today <= (d.valid_to_date or date.max) for d in decisions
    )
    if verdict.may_create or verdict.may_update:
        assert in_force
        assert approved
        assert level is not Level.TRANSIENT
    assert (verdict.reason is None) == verdict.may_create
    assert verdict.may_keep or not verdict.may_create


def test_of_two_decisions_of_the_same_day_the_refusal_holds() -> None:
    both = (Terms(), Terms(outcome=Outcome.REFUSED))
    for decisions in (both, both[::-1]):
        assert judged(Terms(), decisions=decisions).reason is Reason.DECISION_REFUSED


@pytest.mark.parametrize(("day", "allowed"), [(-1, False), (0, True), (5, True), (6, False)])
def test_an_agreement_holds_on_its_first_and_last_day(day: int, allowed: bool) -> None:
    agreement = Terms(DAY, DAY + timedelta(days=5))
    verdict = judged(agreement, today=DAY + timedelta(days=day))
    assert (verdict.may_create, verdict.may_update) == (allowed, allowed)


@pytest.mark.parametrize(("day", "kept"), [(5, True), (6, True), (15, True), (16, False)])
def test_new_accounts_stop_at_once_and_existing_ones_after_the_notice(day: int, kept: bool) -> None:
    agreement = Terms(DAY, DAY + timedelta(days=5), notice_days=10)
    verdict = judged(agreement, today=DAY + timedelta(days=day))
    assert verdict.may_keep is kept
    assert verdict.may_create is (day <= 5)


def test_the_latest_decision_decides() -> None:
    yes = Terms(DAY - timedelta(days=9))
    no = Terms(DAY, outcome=Outcome.REFUSED)
    assert judged(yes, decisions=(yes, no)).reason is Reason.DECISION_REFUSED
    assert judged(yes, decisions=(no, yes), today=DAY - timedelta(days=1)).may_create


def test_a_service_that_nobody_decided_about_gets_nothing() -> None:
    assert judged(Terms(), decisions=()).reason is Reason.NO_DECISION


def test_the_lowest_level_has_no_deliveries_but_lets_people_in() -> None:
    verdict = judged(Terms(), level=Level.TRANSIENT)
    assert (verdict.may_create, verdict.may_update, verdict.may_keep) == (False, False, True)
    assert verdict.reason is Reason.NO_DELIVERIES
