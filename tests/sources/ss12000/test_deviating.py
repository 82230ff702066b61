"""Servers that do not do as the standard says are read and told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.sources.https import Answers, Asked
from tests.sources.ss12000.reading import NEXT_DAY, Setup, people
from tests.sources.ss12000_server import ACTIVITY, DUTY, PUPIL, TEACHER, SchoolServer

from kateder.core.tenancy import within
from kateder.protocols.ss12000.spoken import Deviation
from kateder.sources.errors import PagingLoops

if TYPE_CHECKING:
    from kateder.core.models import Authority


Change = Callable[[SchoolServer], None]


def flat(school: SchoolServer) -> None:
    school.deleted = [{"id": DUTY}, ACTIVITY]  # type: ignore[assignment, list-item]


def twisted(answer: Callable[[Asked, Any], Any], name: str = "persons") -> Change:
    def change(school: SchoolServer) -> None:
        def twist(asked: Asked, answers: Answers) -> Answers:
            if not asked.path.endswith(f"/{name}") or answers.status != 200:
                return answers
            return Answers(answer(asked, answers.body))

        school.twist = twist

    return change


def edited(name: str, **values: object) -> Change:
    def change(school: SchoolServer) -> None:
        for row in school.rows[name]:
            row.update(values)

    return change


def all_at_once(school: SchoolServer) -> None:
    twisted(lambda _asked, _body: {"data": school.rows["persons"]})(school)


def by_person(school: SchoolServer) -> None:
    school.rows["activities"][0]["teachers"] = [{"person": {"id": TEACHER}}]


def no_offset(school: SchoolServer) -> None:
    school.rows["persons"][0]["meta"] = {"modified": "2026-11-01T08:00:00"}


def other_capitals(school: SchoolServer) -> None:
    row = school.rows["groups"][0]
    row["GroupType"] = row.pop("groupType").upper()


DEVIATIONS: list[tuple[Change, set[Deviation]]] = [
    (all_at_once, {Deviation.LIMIT_IGNORED}),
    (no_offset, {Deviation.NO_OFFSET}),
    (by_person, {Deviation.TEACHER_BY_PERSON}),
    (edited("groups", groupType="Fadderklass"), {Deviation.UNKNOWN_CODE}),
    (other_capitals, {Deviation.NAME_CASE, Deviation.CODE_CASE}),
    (edited("duties", person=TEACHER), {Deviation.BARE_REFERENCE}),
    (edited("persons", emails=["x@bjorkviken.se"]), {Deviation.BARE_VALUE}),
    (edited("groups", startDate="2026-08-16T22:00:00Z"), {Deviation.MOMENT_FOR_DATE}),
    (edited("groups", meta=None), {Deviation.NO_META}),
    (twisted(lambda _asked, body: {"items": body["data"], "pageToken": body["pageToken"]}), {Deviation.OTHER_ENVELOPE}),
    (
        twisted(lambda asked, body: {**body, "data": [*body["data"], f"?{asked.query}"]}),
        {Deviation.NOT_A_RECORD, Deviation.LIMIT_IGNORED},
    ),
]


@pytest.mark.parametrize(("change", "expected"), DEVIATIONS, ids=lambda value: getattr(value, "__name__", None))
def test_a_deviating_server_is_read_and_told_of(
    setup: Setup, authority: Authority, change: Change, expected: set[Deviation]
) -> None:
    from kateder.register.models import ActivityTeacher, GroupMembership

    change(setup.school)
    done = setup.run()
    assert done.state == "applied"
    assert set(people(authority)) == {"Alva", "Bo", "Cia"}
    with within(authority.id):
        assert GroupMembership.objects.get().start_date == date(2026, 8, 17)
        assert ActivityTeacher.objects.get().duty.signature == "BEK"
    assert setup.deviations() == set(expected)


def test_deviations_are_gone_from_the_findings_when_the_server_is_mended(setup: Setup) -> None:
    setup.school.rows["groups"][0]["groupType"] = "Fadderklass"
    setup.run()
    setup.school.rows["groups"][0]["groupType"] = "Klass"
    setup.run(NEXT_DAY)
    assert "unknown_code" not in setup.deviations()


def test_a_flat_list_of_deleted_entities_is_understood(setup: Setup) -> None:
    setup.run()
    flat(setup.school)
    assert setup.run().counts["changes"] == {"activity": {"remove": 1}, "duty": {"remove": 1}}
    assert setup.deviations() == {"flat_deleted_entities"}


def test_an_unknown_marking_protects(setup: Setup, authority: Authority) -> None:
    setup.school.person(PUPIL)["securityMarking"] = "Kvarskrivning"
    setup.run()
    assert people(authority)["Alva"] == "Sekretessmarkering"
    assert setup.deviations() == {"unknown_code"}


def test_a_bare_list_is_read(setup: Setup, authority: Authority) -> None:
    setup.school.twist = lambda asked, answers: (
        Answers(setup.school.rows["persons"]) if asked.path.endswith("/persons") else answers
    )
    setup.run()
    assert len(people(authority)) == 3
    assert setup.deviations() == {"bare_list", "limit_ignored"}


def test_a_last_page_that_repeats_for_ever_ends_the_list(setup: Setup, authority: Authority) -> None:
    def twist(asked: Asked, answers: Answers) -> Answers:
        body: Any = answers.body
        if not asked.path.endswith("/persons") or body["pageToken"]:
            return answers
        return Answers({**body, "pageToken": asked.query["pageToken"]})

    setup.school.twist = twist
    setup.run()
    assert len(people(authority)) == 3
    assert setup.deviations() == {"last_page_repeated"}


def test_a_server_that_never_turns_the_page_is_refused_and_nothing_is_changed(
    setup: Setup, authority: Authority
) -> None:
    first: list[Any] = setup.school.rows["persons"][:2]
    setup.school.twist = lambda asked, answers: (
        Answers({"data": first, "pageToken": "again"}) if asked.path.endswith("/persons") else answers
    )
    with pytest.raises(PagingLoops):
        setup.run()
    assert people(authority) == {}
    assert setup.held("organisations") == {}


def test_rows_that_come_twice_count_once(setup: Setup, authority: Authority) -> None:
    setup.school.rows["persons"].insert(1, setup.school.rows["persons"][0])
    setup.school.rows["persons"].insert(3, setup.school.rows["persons"][0])
    assert setup.run().counts["changes"]["person"] == {"create": 3}
    assert setup.deviations() == {"rows_repeated"}


def test_clocks_without_offset_are_given_hours_and_not_minutes(setup: Setup) -> None:
    no_offset(setup.school)
    setup.run()
    setup.https.asked.clear()
    setup.run()
    after = datetime.fromisoformat(setup.asked("persons")[0].query["meta.modified.after"])
    assert datetime.now(UTC) - after > timedelta(hours=2, minutes=30)
