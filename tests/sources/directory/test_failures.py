"""What a directory can do wrong, and that nothing is changed for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from tests.sources.conftest import GENEROUS
from tests.sources.directory.conftest import TODAY, Serve, check, fetch, settings_for
from tests.sources.directory.school import school
from tests.sources.directory.slapd import SUFFIX, Slapd, free_port, needs_slapd

from kateder.core.actors import Actor
from kateder.core.ldap.errors import (
    BadAddress,
    BadCertificates,
    BadFilter,
    BaseMissing,
    BindRefused,
    CertificateFileUnreadable,
    CertificateNotTrusted,
    ClearTextRefused,
    CutShort,
    DirectoryUnreachable,
    TooManyEntries,
)
from kateder.core.models import Authority
from kateder.core.setup import StepName
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources import api
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.models import RunState

pytestmark = needs_slapd


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_check_that_succeeds_has_every_step(small: Slapd) -> None:
    steps = check(settings_for(small))
    assert [step.name for step in steps] == list(STEP_LABELS)
    assert all(step.ok for step in steps)


def test_what_a_check_says_names_no_person(small: Slapd) -> None:
    assert not any(name in step.sentence for step in check(settings_for(small)) for name in ("Åsa", "Öst", "p0"))


@pytest.mark.parametrize(
    ("changed", "failing"),
    [
        ({"url": "http://localhost"}, StepName.SETTINGS),
        ({"pupil_unit": "a b"}, StepName.SETTINGS),
        ({"school_year": "title ~ ("}, StepName.SETTINGS),
        ({"translations": "nothing"}, StepName.SETTINGS),
        ({"unit_table": "Skola"}, StepName.SETTINGS),
        ({"start_date": "i höstas"}, StepName.SETTINGS),
        ({"ca_file": "/nowhere.pem"}, StepName.SETTINGS),
        ({"url": "ldaps://localhost:1"}, StepName.CONNECTION),
        ({"ca_file": ""}, StepName.CONNECTION),
        ({"password": "wrong"}, StepName.CREDENTIALS),
        ({"pupil_base": f"ou=nowhere,{SUFFIX}"}, StepName.RECORD),
        ({"pupil_filter": "(objectClass=person"}, StepName.RECORD),
        ({"pupil_filter": "(uid=nobody)"}, StepName.RECORD),
        ({"pupil_unit": "noSuchAttribute"}, StepName.RECORD),
    ],
)
def test_a_check_ends_at_the_step_that_fails_and_says_why(
    small: Slapd, changed: dict[str, str], failing: StepName
) -> None:
    last = check(settings_for(small, **changed))[-1]
    assert (last.name, last.ok) == (failing, False)
    assert last.sentence


def test_a_certificate_of_an_unknown_authority_is_refused(small: Slapd) -> None:
    with pytest.raises(CertificateNotTrusted):
        fetch(small, ca_file="")


def test_a_certificate_for_another_name_is_refused(small: Slapd) -> None:
    with pytest.raises(CertificateNotTrusted, match=r"127\.0\.0\.1"):
        fetch(small, url=f"ldaps://127.0.0.1:{small.tls_port}")


def test_starttls_is_verified_as_ldaps_is(small: Slapd) -> None:
    assert fetch(small, url=f"ldap://localhost:{small.port}")
    with pytest.raises(CertificateNotTrusted):
        fetch(small, url=f"ldap://localhost:{small.port}", ca_file="")
    with pytest.raises(CertificateNotTrusted):
        fetch(small, url=f"ldap://127.0.0.1:{small.port}")


def test_a_password_is_never_sent_unencrypted_to_another_machine(small: Slapd) -> None:
    with pytest.raises(ClearTextRefused):
        fetch(small, url="ldap://192.0.2.1", start_tls=False)
    assert fetch(small, url=f"ldap://localhost:{small.port}", start_tls=False)


def test_a_file_without_certificates_is_refused(small: Slapd) -> None:
    with pytest.raises(CertificateFileUnreadable):
        fetch(small, ca_file=str(small.folder / "all.ldif"))


def test_certificates_may_be_pasted(small: Slapd) -> None:
    pem = (small.folder / "ca.pem").read_text()
    assert fetch(small, ca_file="", ca_text=f"  {pem}")
    for wrong in ("-----BEGIN CERTIFICATE-----", "åäö", "nothing"):
        with pytest.raises(BadCertificates):
            fetch(small, ca_file="", ca_text=wrong)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"password": "wrong"}, BindRefused),
        ({"pupil_base": f"ou=nowhere,{SUFFIX}"}, BaseMissing),
        ({"pupil_base": "nonsense"}, BaseMissing),
        ({"class_filter": "(cn=5"}, BadFilter),
        ({"most": 3}, TooManyEntries),
        ({"url": "ldaps://"}, BadAddress),
        ({"url": "ldaps://no-such-host.invalid"}, DirectoryUnreachable),
    ],
)
def test_what_is_wrong_is_said(small: Slapd, changed: dict[str, object], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        fetch(small, **changed)


def test_a_directory_that_is_down_is_said_to_be(small: Slapd) -> None:
    with pytest.raises(DirectoryUnreachable, match="refused"):
        fetch(small, url=f"ldaps://localhost:{free_port()}")


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_a_directory_that_says_nothing_is_given_up_in_time(small: Slapd, silent: int, scheme: str) -> None:
    began = time.monotonic()
    with pytest.raises(DirectoryUnreachable):
        fetch(small, url=f"{scheme}://localhost:{silent}", seconds=1)
    assert time.monotonic() - began < 10


def test_a_directory_that_breaks_off_is_said_to(small: Slapd) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            connection.recv(1000)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(DirectoryUnreachable):
            fetch(small, url=f"ldap://localhost:{server.getsockname()[1]}")
        thread.join()


def test_a_part_is_never_taken_for_the_whole(serve: Serve, authority: Authority, actor: Actor) -> None:
    """The directory stops at its own limit for the account: the pupils beyond it are not gone."""
    entries = school(pupils=40, to_a_class=20)
    unlimited, limited = serve(entries), serve(entries, size_limit="size.soft=10 size.hard=10 size.prtotal=10")
    with within(authority.id):
        settings = settings_for(unlimited)
        source = api.add_source(kind="ldap", name="Katalogen", settings=settings, limits=GENEROUS, actor=actor)
    api.run(source.pk, actor=actor, today=TODAY)
    account = {"bind_dn": f"cn=limited,{SUFFIX}", "page_size": 5}
    with within(authority.id):
        api.change_settings(source.pk, settings=settings_for(limited, **account), actor=actor)
    with pytest.raises(CutShort):
        api.run(source.pk, actor=actor, today=TODAY)
    with within(authority.id):
        assert Person.objects.count() == 42
        assert api.runs_of(source.pk)[0].state == RunState.STOPPED
