"""OneRoster 1.1 and 1.2 as a source, from zip files and over REST."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.sources import roster
from tests.sources.conftest import GENEROUS, TODAY
from tests.sources.https import Answers, Asked, Https, serving
from tests.sources.roster import RosterServer

from kateder.core.setup import StepName
from kateder.core.tenancy import within
from kateder.protocols.oneroster import signed
from kateder.sources import api, http
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.errors import ServerSilent
from kateder.sources.oneroster.errors import ArchiveMissing, ArchiveUnusable, BadGrades, DeltaFirst, PagesWithoutEnd
from kateder.sources.oneroster.grades import Grade, grade, grades_of

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.core.models import Authority
    from kateder.sources.models import Source, SourceRun

NEXT_DAY = TODAY + timedelta(days=1)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def archives(inbox: Path, authority: Authority, actor: Actor) -> Source:
    with within(authority.id):
        return api.add_source(
            kind="oneroster_csv", name="Arkiv", settings={"path": str(inbox)}, limits=GENEROUS, actor=actor
        )


Run = Callable[..., "SourceRun"]


@pytest.fixture
def go(actor: Actor) -> Run:
    return lambda source, today=TODAY: api.run(source.pk, actor=actor, today=today)


def assert_school(authority: Authority) -> None:
    """The register holds the small school."""
    from kateder.register.models import (
        Activity,
        ActivityTeacher,
        Duty,
        Enrolment,
        GroupMembership,
        Guardianship,
        Organisation,
        Person,
    )

    with within(authority.id):
        assert {(o.display_name, o.organisation_type, o.school_unit_code) for o in Organisation.objects.all()} == {
            ("Björkvikens kommun", "Huvudman", None),
            ("Norrskolan", "Skolenhet", "99010001"),
        }
        alva = Person.objects.get(given_name="Alva")
        assert (alva.civic_no, alva.sex, alva.edu_person_principal_names) == (
            "201502112384", "Kvinna", ["alva01@bjorkviken.se"]
        )  # fmt: skip
        enrolment = Enrolment.objects.get()
        assert (enrolment.school_type, enrolment.school_year, enrolment.start_date) == ("GR", 5, date(2026, 8, 17))
        assert Guardianship.objects.get().guardian.given_name == "Cia"
        assert {(m.group.display_name, m.group.group_type, m.start_date) for m in GroupMembership.objects.all()} == {
            ("5A", "Klass", date(2026, 8, 17)),
            ("Matematik 5A", "Undervisning", date(2026, 9, 1)),
        }
        assert Duty.objects.get().duty_role == "Lärare"
        assert Activity.objects.get(display_name="Matematik 5A").subject_code == "GRGRMAT01"
        assert ActivityTeacher.objects.get().duty.person.given_name == "Bo"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_bulk_export_lands_in_the_register(
    archives: Source, inbox: Path, authority: Authority, go: Run, version: str
) -> None:
    roster.write(inbox / "export.zip", roster.files(version), version=version)
    done = go(archives)
    assert (done.state, done.counts["set_aside"]) == ("applied", 0)
    assert_school(authority)
    assert go(archives).state == "unchanged"


def test_a_delta_goes_over_what_was_there(archives: Source, inbox: Path, authority: Authority, go: Run) -> None:
    from kateder.register.models import Person

    roster.write(inbox / "a.zip", roster.files("1.2"), age=100)
    go(archives)
    changed = roster.USERS[0] | {"status": "active", "givenName": "Alva-Li"}
    gone = {"sourcedId": "u3", "status": "tobedeleted"}
    roster.write(inbox / "b.zip", {"users": [changed, gone]}, mode="delta", age=50)
    assert go(archives).counts["changes"]["person"] == {"update": 1, "remove": 1}
    with within(authority.id):
        assert set(Person.objects.values_list("given_name", flat=True)) == {"Alva-Li", "Bo"}


def test_archives_are_taken_in_the_order_they_came(
    archives: Source, inbox: Path, authority: Authority, go: Run
) -> None:
    from kateder.register.models import Person

    roster.write(inbox / "z.zip", roster.files("1.2"), age=100)
    for name, age in (("a", 40), ("b", 60)):
        row = roster.USERS[0] | {"status": "active", "givenName": f"Alva-{name}"}
        roster.write(inbox / f"{name}.zip", {"users": [row]}, mode="delta", age=age)
    go(archives)
    with within(authority.id):
        assert Person.objects.filter(given_name="Alva-a").exists()


def test_a_later_bulk_export_takes_away_what_it_does_not_have(archives: Source, inbox: Path, go: Run) -> None:
    roster.write(inbox / "a.zip", roster.files("1.2"), age=100)
    go(archives)
    roster.write(inbox / "b.zip", {"enrollments": roster.COMMON["enrollments"][:1]}, age=50)
    assert go(archives).counts["changes"]["membership"] == {"remove": 1}


def test_a_delta_before_everything_was_read_is_refused(archives: Source, inbox: Path, go: Run) -> None:
    roster.write(inbox / "a.zip", {"users": roster.USERS}, mode="delta")
    with pytest.raises(DeltaFirst):
        go(archives)


def test_an_archive_that_cannot_be_used_changes_nothing(
    archives: Source, inbox: Path, authority: Authority, go: Run
) -> None:
    roster.write(inbox / "a.zip", roster.files("1.2"), age=100)
    go(archives)
    (inbox / "b.zip").write_bytes(b"PK no zip")
    with pytest.raises(ArchiveUnusable):
        go(archives)
    assert_school(authority)


def test_an_empty_bulk_export_is_held_by_the_limits(
    archives: Source, inbox: Path, authority: Authority, actor: Actor, go: Run
) -> None:
    roster.write(inbox / "a.zip", roster.files("1.2"), age=100)
    go(archives)
    with within(authority.id):
        limits = {"max_count": 0, "max_share": 0.0}
        api.set_limits(archives.pk, limits=limits, approve_automatically=True, actor=actor)
    roster.write(inbox / "b.zip", {name: [] for name in roster.files("1.2")}, age=50)
    assert go(archives).state == "waiting"
    assert_school(authority)


def test_an_empty_folder_is_said_to_be_so(archives: Source, actor: Actor, go: Run) -> None:
    with pytest.raises(ArchiveMissing):
        go(archives)
    steps = api.check(archives.pk, actor=actor)
    assert [(step.name, step.ok) for step in steps] == [(StepName.SETTINGS, True), (StepName.CONNECTION, False)]


def test_the_check_of_archives_goes_step_by_step(archives: Source, inbox: Path, actor: Actor) -> None:
    roster.write(inbox / "a.zip", roster.files("1.1"), version="1.1")
    steps = api.check(archives.pk, actor=actor)
    assert [(step.name, step.ok) for step in steps] == [(name, True) for name in STEP_LABELS]


def test_grades_are_read_with_or_without_zeros_and_an_authority_has_the_last_word() -> None:
    known = grades_of("10 = GR 10\nX = GRAN")
    assert grade(["07"], known) == grade(["7"], known) == Grade("GR", "7")
    assert grade(["KG"], known) == Grade("FKLASS", "0")
    assert grade(["?", "11"], known) == Grade("GY", "2")
    assert grade(["10"], known) == Grade("GR", "10")
    assert grade(["x"], known) == Grade("GRAN")
    assert grade(["?"], known) is None
    for line in ("10 GR 10", "10 = NOSUCH 1", "= GR 1"):
        with pytest.raises(BadGrades):
            grades_of(line)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> RosterServer:
    return RosterServer(getattr(request, "param", "1.2"))


@pytest.fixture
def https(server: RosterServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Https]:
    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)
    with serving(lambda asked: RosterServer.__call__(server, asked)) as running:
        yield running


def settings(https: Https, **more: object) -> dict[str, object]:
    own: dict[str, object] = {
        "address": f"{https.address}/ims/oneroster/rostering/v1p2", "authorisation": "none",
        "server_authorities": https.identity.certificate, "page_size": 2,
    }  # fmt: skip
    return own | more


@pytest.fixture
def source(https: Https, authority: Authority, actor: Actor) -> Source:
    with within(authority.id):
        return api.add_source(
            kind="oneroster_rest", name="OneRoster", settings=settings(https), limits=GENEROUS, actor=actor
        )


@pytest.mark.parametrize("server", ["1.1", "1.2"], indirect=True)
def test_a_server_of_either_version_lands_in_the_register(source: Source, authority: Authority, go: Run) -> None:
    done = go(source)
    assert (done.state, done.counts["set_aside"]) == ("applied", 0)
    assert_school(authority)


def test_the_second_run_of_a_day_asks_a_server_for_what_changed(
    source: Source, server: RosterServer, https: Https, go: Run
) -> None:
    go(source)
    https.asked.clear()
    server.lists["users"][1] |= {"givenName": "Bosse", "dateLastModified": "2026-12-24T08:00:00.000Z"}
    server.lists["users"][2] |= {"status": "tobedeleted", "dateLastModified": "2026-12-24T08:00:00.000Z"}
    assert go(source).counts["changes"]["person"] == {"update": 1, "remove": 1}
    assert all(one.query["filter"].startswith("dateLastModified>'20") for one in https.asked)


def test_a_server_without_filters_is_read_in_full(source: Source, server: RosterServer, go: Run) -> None:
    go(source)
    server.knows_filters = False
    server.lists["users"].pop()
    assert go(source).counts["changes"]["person"] == {"remove": 1}


def test_what_a_server_forgot_to_tell_is_seen_the_next_day(source: Source, server: RosterServer, go: Run) -> None:
    go(source)
    server.lists["users"].pop()
    assert go(source).state == "unchanged"
    assert go(source, NEXT_DAY).counts["changes"]["person"] == {"remove": 1}


def test_a_server_that_never_turns_the_page_is_refused(
    source: Source, server: RosterServer, monkeypatch: pytest.MonkeyPatch, go: Run
) -> None:
    first: Any = server.lists["users"][:2]
    monkeypatch.setattr(RosterServer, "__call__", lambda _self, asked: Answers({asked.path.rpartition("/")[2]: first}))
    with pytest.raises(PagesWithoutEnd):
        go(source)


def test_a_crawl_of_a_server_cut_in_the_middle_changes_nothing(
    source: Source, server: RosterServer, authority: Authority, monkeypatch: pytest.MonkeyPatch, go: Run
) -> None:
    go(source)
    server.lists["users"].pop()
    whole = RosterServer.__call__

    def cut(own: RosterServer, asked: Asked) -> Answers:
        answers = whole(own, asked)
        return Answers(answers.body, cut=True) if asked.path.endswith("classes") else answers

    monkeypatch.setattr(RosterServer, "__call__", cut)
    with pytest.raises(ServerSilent):
        go(source, NEXT_DAY)
    assert_school(authority)


@pytest.mark.parametrize(("chosen", "method"), [("oauth1", "HMAC-SHA256"), ("oauth1_sha1", "HMAC-SHA1")])
def test_a_server_of_1p1_can_verify_every_signature(https: Https, chosen: str, method: str) -> None:
    steps = api.check_settings(
        "oneroster_rest",
        settings=settings(https, authorisation=chosen, client_id="kateder", client_secret="säkert"),
    )
    assert all(step.ok for step in steps)
    nonces = set()
    for one in https.asked[1:]:
        header = one.headers["Authorization"]
        given = dict(re.findall(r'(\w+)="([^"]*)"', header))
        nonces.add(given["oauth_nonce"])
        query = "&".join(f"{name}={value}" for name, value in one.query.items())
        expected = signed(
            f"{https.address}{one.path}?{query}", key="kateder", secret="säkert", method=method,
            nonce=given["oauth_nonce"], timestamp=int(given["oauth_timestamp"]),
        )  # fmt: skip
        assert header == expected
    assert len(nonces) == len(https.asked) - 1 >= 2
