"""Another system's SS 12000 API as a source."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.sources.conftest import GENEROUS, TODAY
from tests.sources.https import Answers, Asked, Https, serving
from tests.sources.ss12000_server import ACTIVITY, DUTY, GROUP, PUPIL, RARE, TEACHER, SchoolServer

from kateder.core.findings import open_findings
from kateder.core.setup import StepName
from kateder.core.tenancy import within
from kateder.protocols.ss12000.spoken import Deviation
from kateder.sources import api, http, mirror
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.errors import PagingLoops, ServerFails, ServerSilent

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.core.models import Authority
    from kateder.sources.models import Source, SourceRun

NEXT_DAY = TODAY + timedelta(days=1)
HELD = ("Programme", "StudyPlan", "Offering", "Placement", "AssignmentRole", "PlacementOwner")


@dataclass
class Setup:
    """A source that reads a server of the test's."""

    school: SchoolServer
    https: Https
    source: Source
    actor: Actor

    def run(self, today: date = TODAY) -> SourceRun:
        return api.run(self.source.pk, actor=self.actor, today=today)

    def asked(self, name: str) -> list[Asked]:
        return [one for one in self.https.asked if one.path.endswith(f"/{name}")]

    def deviations(self) -> set[str]:
        with within(self.source.authority_id):
            found = open_findings().filter(rule="source.deviates", subject_id=str(self.source.pk))
            return {finding.place.split(":")[1] for finding in found}

    def held(self, name: str) -> dict[str, Any]:
        with within(self.source.authority_id):
            return {record.key: record.body for record in mirror.records(self.source.pk, name)}


def settings(https: Https, **more: object) -> dict[str, object]:
    own: dict[str, object] = {
        "address": f"{https.address}/v2.0",
        "authorisation": "api_key",
        "key": "Bearer secret-of-the-test",
        "server_authorities": https.identity.certificate,
        "page_size": 2,
    }
    return own | more


@pytest.fixture
def setup(authority: Authority, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)
    school = SchoolServer()
    with serving(school) as https:
        with within(authority.id):
            source = api.add_source(
                kind="ss12000", name="Skolsystemet", settings=settings(https), limits=GENEROUS, actor=actor
            )
        yield Setup(school, https, source, actor)


def people(authority: Authority) -> dict[str, str]:
    from kateder.register.models import Person

    with within(authority.id):
        return {person.given_name: person.security_marking for person in Person.objects.all()}


def test_everything_of_a_server_lands_in_the_register(setup: Setup, authority: Authority) -> None:
    from kateder.register.models import Activity, Duty, Enrolment, GroupMembership, Guardianship

    done = setup.run()
    assert done.state == "applied"
    assert done.counts["set_aside"] == 0
    with within(authority.id):
        assert Enrolment.objects.get().school_year == 5
        assert Guardianship.objects.get().guardian.given_name == "Cia"
        assert GroupMembership.objects.get().person.given_name == "Alva"
        assert Duty.objects.get().signature == "BEK"
        assert Activity.objects.get().subject_code == "GRGRMAT01"
    assert setup.deviations() == set()


def test_what_few_servers_have_lands_too(setup: Setup, authority: Authority) -> None:
    from kateder.register import models

    setup.school.rows |= copy.deepcopy(RARE)
    setup.school.rows["duties"][0]["assignmentRole"] = [
        {"group": {"id": GROUP}, "assignmentRoleType": "Mentor", "startDate": "2026-08-17"}
    ]
    setup.school.person(PUPIL)["phoneNumbers"] = [{"value": "070-1", "type": "Hem", "mobile": True}]
    setup.school.person(PUPIL)["addresses"] = [{"type": "Folkbokföring", "locality": "Björkviken"}]
    done = setup.run()
    assert done.state == "applied"
    assert done.counts["set_aside"] == 0
    with within(authority.id):
        held = {name: getattr(models, name).objects.count() for name in HELD}
        pupil = models.Person.objects.get(given_name="Alva")
        assert (pupil.phone_types, pupil.addresses[0]["locality"]) == (["Hem mobil"], "Björkviken")
    assert held == dict.fromkeys(HELD, 1)


def test_the_second_run_of_a_day_asks_only_for_what_changed(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.https.asked.clear()
    setup.school.person(PUPIL).update(givenName="Alva-Li", meta={"modified": "2026-12-24T08:00:00+01:00"})
    done = setup.run()
    assert done.counts["changes"] == {"person": {"update": 1}}
    assert "Alva-Li" in people(authority)
    asked = setup.asked("persons")
    assert len(asked) == 1
    after = datetime.fromisoformat(asked[0].query["meta.modified.after"])
    assert timedelta(minutes=4) < datetime.now(UTC) - after < timedelta(minutes=7)


def test_a_person_in_deleted_entities_is_removed(setup: Setup, authority: Authority) -> None:
    setup.run()
    gone = setup.school.rows["persons"].pop()
    setup.school.deleted = {"persons": [gone["id"].upper()]}
    assert setup.run().counts["changes"]["person"] == {"remove": 1}
    assert "Cia" not in people(authority)


@pytest.mark.parametrize("name", ["activitites", "activities"])
def test_both_spellings_of_removed_activities_are_understood(setup: Setup, name: str) -> None:
    setup.run()
    setup.school.deleted = {name: [ACTIVITY]}
    assert setup.run().counts["changes"]["activity"] == {"remove": 1}


def test_the_first_run_of_the_next_day_reads_everything_and_heals(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.school.person(PUPIL)["givenName"] = "Alva-Li"  # without a new meta.modified: never told
    setup.school.rows["persons"].pop()  # nor this
    assert setup.run().state == "unchanged"
    done = setup.run(NEXT_DAY)
    assert done.counts["changes"]["person"] == {"update": 1, "remove": 1}
    assert set(people(authority)) == {"Alva-Li", "Bo"}
    assert setup.deviations() == {"changes_not_told"}


def test_a_crawl_cut_in_the_middle_changes_nothing(setup: Setup, authority: Authority) -> None:
    setup.run()
    before = setup.held("persons")
    setup.school.person(PUPIL)["givenName"] = "Alva-Li"
    setup.school.twist = lambda asked, answers: (
        Answers(answers.body, cut=True) if asked.path.endswith("duties") else answers
    )
    with pytest.raises(ServerSilent):
        setup.run(NEXT_DAY)
    assert setup.held("persons") == before
    assert "Alva" in people(authority)
    setup.school.twist = None
    setup.run(NEXT_DAY)
    assert "Alva-Li" in people(authority)


@pytest.mark.parametrize("left", [0, 1])
def test_a_server_that_suddenly_has_little_is_held_by_the_limits(setup: Setup, authority: Authority, left: int) -> None:
    setup.run()
    with within(authority.id):
        api.set_limits(setup.source.pk, limits={"max_count": 0, "max_share": 0.0}, approve_automatically=True,
                       actor=setup.actor)  # fmt: skip
    setup.school.rows["persons"] = setup.school.rows["persons"][:left]
    assert setup.run(NEXT_DAY).state == "waiting"
    assert set(people(authority)) == {"Alva", "Bo", "Cia"}


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


def refusing(*params: str) -> Callable[[Asked, Answers], Answers]:
    return lambda asked, answers: Answers({"code": "X"}, status=400) if set(params) <= asked.query.keys() else answers


def test_a_server_that_refuses_limit_is_asked_without_it(setup: Setup, authority: Authority) -> None:
    setup.school.twist = refusing("limit")
    setup.run()
    assert len(people(authority)) == 3
    assert setup.deviations() == {"limit_refused"}


def test_a_server_that_refuses_the_filter_is_read_in_full(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.school.twist = refusing("meta.modified.after")
    setup.school.rows["persons"].pop()
    assert setup.run().counts["changes"]["person"] == {"remove": 1}
    assert "filter_refused" in setup.deviations()


def test_a_server_without_deleted_entities_shows_removals_the_next_day(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.school.twist = lambda asked, answers: (
        Answers(None, status=501) if asked.path.endswith("deletedEntities") else answers
    )
    setup.school.rows["persons"].pop()
    assert setup.run().state == "unchanged"
    assert setup.deviations() == {"no_deleted_entities"}
    assert setup.run(NEXT_DAY).counts["changes"]["person"] == {"remove": 1}


def test_a_list_that_is_not_served_is_left_alone(setup: Setup, authority: Authority) -> None:
    from kateder.register.models import Group

    setup.run()
    rows = setup.school.rows.pop("groups")
    assert setup.run(NEXT_DAY).state == "unchanged"
    with within(authority.id):
        assert Group.objects.get().display_name == rows[0]["displayName"]
    assert setup.deviations() == {"not_served"}


def test_a_list_that_must_be_there_stops_the_run(setup: Setup) -> None:
    del setup.school.rows["persons"]
    with pytest.raises(ServerFails):
        setup.run()


def test_another_address_means_that_everything_is_read_again(setup: Setup, authority: Authority) -> None:
    setup.run()
    with within(authority.id):
        api.change_settings(setup.source.pk, settings={"address": f"{setup.https.address}/v2"}, actor=setup.actor)
    setup.https.asked.clear()
    setup.run()
    assert "meta.modified.after" not in setup.asked("persons")[0].query


def test_clocks_without_offset_are_given_hours_and_not_minutes(setup: Setup) -> None:
    no_offset(setup.school)
    setup.run()
    setup.https.asked.clear()
    setup.run()
    after = datetime.fromisoformat(setup.asked("persons")[0].query["meta.modified.after"])
    assert datetime.now(UTC) - after > timedelta(hours=2, minutes=30)


def test_the_check_goes_step_by_step(setup: Setup) -> None:
    steps = api.check(setup.source.pk, actor=setup.actor)
    assert [(step.name, step.ok) for step in steps] == [(name, True) for name in STEP_LABELS]


@pytest.mark.parametrize(
    ("wrong", "failed"),
    [
        ({"address": "http://127.0.0.1/"}, StepName.SETTINGS),
        ({"certificate": "not pem", "certificate_key": "-"}, StepName.SETTINGS),
        ({"address": "https://127.0.0.1:9/v2.0"}, StepName.CONNECTION),
        ({"server_pins": "AAAA"}, StepName.CONNECTION),
    ],
)
def test_the_check_says_which_step_failed(setup: Setup, wrong: dict[str, object], failed: StepName) -> None:
    steps = api.check_settings("ss12000", settings=settings(setup.https, **wrong))
    assert [step.name for step in steps if not step.ok] == [failed]
    assert steps[-1].name == failed
    assert steps[-1].sentence


def test_the_check_says_that_the_credentials_are_refused(setup: Setup) -> None:
    setup.school.twist = lambda asked, answers: (
        answers if asked.headers.get("Authorization") == "Bearer right" else Answers(None, status=401)
    )
    steps = api.check_settings("ss12000", settings=settings(setup.https))
    assert steps[-1].name == StepName.CREDENTIALS
    assert not steps[-1].ok
