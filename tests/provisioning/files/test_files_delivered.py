"""A service that takes files gets everything in the place of everything, with receipts as all others."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from kateder.provisioning import api as provisioning
from kateder.provisioning.api import RunState
from kateder.provisioning.files.faults import DiskFull
from kateder.provisioning.files.way import FILES
from kateder.provisioning.models import KeptWhole, TargetObject
from kateder.provisioning.runs import replacing
from tests.cast import PERSONS, TODAY
from tests.provisioning.files.sending import OPEN, File, approve, first


def test_the_first_delivery_waits_for_a_person_and_writes_nothing(filing: File) -> None:
    service = filing()
    assert service.run().state == RunState.WAITING
    assert service.names() == set()


def test_approved_everybody_is_in_the_file_with_a_receipt(filing: File) -> None:
    service = filing()
    ended = first(service)
    assert ended.state == RunState.SUCCEEDED
    assert service.names() == {"users.csv"}
    assert sorted(row["role"] for row in service.table()) == ["pupil", "teacher"]
    with service.inside():
        assert provisioning.receipts(run_id=ended.id).count() == ended.total
        assert provisioning.receipts(person_id=service.cast["elsa"]).get().action == "create"
    assert service.state("elsa").state == provisioning.Account.READY


def test_nothing_is_written_when_nothing_has_changed(filing: File) -> None:
    service = filing()
    first(service)
    before = (service.folder / "users.csv").stat().st_mtime_ns
    assert service.run().total == 0
    assert (service.folder / "users.csv").stat().st_mtime_ns == before


def test_without_approved_fields_nobodys_name_is_in_the_file(filing: File) -> None:
    service = filing()
    first(service)
    text = (service.folder / "users.csv").read_text()
    for given, family, _ in PERSONS.values():
        # As words: an alias may be Ekorre where somebody is called Ek.
        assert not {given, family} & set(re.findall(r"\w+", text))
    for root_id in service.cast.ids.values():
        assert str(root_id) not in text


def test_approved_fields_fill_their_columns_and_the_protected_pupil_is_an_alias(filing: File) -> None:
    service = filing(policy=OPEN)
    first(service)
    rows = {row["given_name"]: row for row in service.table()}
    assert set(rows) == {"Elsa", "Tove", ""}
    elsa = rows["Elsa"]
    assert (elsa["family_name"], elsa["email"]) == ("Åberg", "elsa.åberg@bjorkviken.example")
    assert (elsa["schools"], elsa["school_unit_codes"], elsa["school_year"]) == ("Björkskolan", "11111111", "5")
    assert elsa["groups"] == rows["Tove"]["groups"] == "5B"
    assert rows[""]["schools"] == rows[""]["groups"] == rows[""]["email"] == ""


def test_who_begins_and_who_leaves_changes_the_file(filing: File) -> None:
    service = filing()
    first(service)
    (new,) = service.join(1)
    assert service.run().state == RunState.SUCCEEDED
    assert len(service.table()) == 3
    service.leave([new])
    assert service.run().state == RunState.SUCCEEDED
    assert len(service.table()) == 2


def test_what_waits_for_a_person_stays_in_the_file_while_a_protected_pupil_leaves_it_at_once(filing: File) -> None:
    service = filing()
    first(service)
    pupils = service.join(30)
    assert service.run().state == RunState.WAITING
    approve(service)
    assert len(service.table()) == 32
    service.leave(pupils[:-1])
    assert service.run().state == RunState.WAITING
    assert len(service.table()) == 32
    service.protect("elsa")
    assert service.run().state == RunState.WAITING
    assert len(service.table()) == 31


def test_an_ended_agreement_empties_the_file(filing: File) -> None:
    service = filing()
    first(service)
    service.end_agreement()
    assert service.run().state == RunState.WAITING
    assert approve(service).state == RunState.SUCCEEDED
    assert service.table() == []
    with service.inside():
        assert not TargetObject.objects.filter(target=service.target).exists()


def test_a_failure_leaves_the_old_file_acknowledges_nothing_and_the_next_run_ends_right(
    filing: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = filing()
    first(service)
    old = (service.folder / "users.csv").read_bytes()
    service.join(1)

    def full(*_: object) -> None:
        raise DiskFull

    monkeypatch.setattr(type(FILES), "replace", full)
    ended = service.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "disk_full")
    assert (service.folder / "users.csv").read_bytes() == old
    with service.inside():
        assert provisioning.receipts(run_id=ended.id).count() == 0
        assert not TargetObject.objects.exclude(intent="").exists()
    monkeypatch.undo()
    assert service.run().state == RunState.SUCCEEDED
    assert len(service.table()) == 3


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_before_or_after_the_file_is_in_place_the_next_run_ends_right(
    filing: File, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    service = filing()
    first(service)
    service.join(1)
    real = type(FILES).replace

    def killed(*given: Any) -> None:
        if moment == "after":
            real(*given)
        raise Killed

    monkeypatch.setattr(type(FILES), "replace", killed)
    with pytest.raises(Killed):
        service.run()
    monkeypatch.undo()
    assert service.run().state == RunState.SUCCEEDED
    assert len(service.table()) == 3
    with service.inside():
        assert not TargetObject.objects.exclude(intent="").exists()


def test_what_is_kept_can_be_read_by_nobody_but_us(filing: File) -> None:
    service = filing(policy=OPEN)
    first(service)
    with service.inside():
        kept = KeptWhole.objects.get(target=service.target)
        assert "Elsa" not in kept.sealed
        assert {kind for kind, _ in replacing._kept(service.target.id)} >= {"User", "StudentGroup", "Employment"}


def test_without_what_was_kept_everything_is_made_anew_and_nobody_is_lost(filing: File) -> None:
    service = filing()
    first(service)
    with service.inside():
        KeptWhole.objects.all().delete()
    service.join(1)
    ended = service.run()
    if ended.state == RunState.WAITING:
        ended = approve(service)
    assert ended.state == RunState.SUCCEEDED
    assert len(service.table()) == 3


def test_what_may_no_longer_leave_is_not_in_the_file_though_it_has_not_changed(filing: File) -> None:
    service = filing(policy=OPEN)
    first(service)
    with service.inside():
        whole = replacing._kept(service.target.id)
        key = next(key for key, body in whole.items() if b"Elsa" in body)
        whole[key] = orjson.dumps(orjson.loads(whole[key]) | {"civicNo": "not a number"})
        replacing._keep(service.target.id, whole)
    service.join(1)
    assert service.run().state == RunState.SUCCEEDED
    assert "Elsa" not in {row["given_name"] for row in service.table() if row["id"] == str(key[1])}
    service.run()
    assert str(key[1]) in {row["id"] for row in service.table()}


def test_files_with_a_date_are_kept_as_many_days_as_was_said(filing: File) -> None:
    text = """
version = 1
[[file]]
name = "lista-{date}.csv"
[[file.column]]
name = "id"
value = "{person.id}"
"""
    service = filing(template="own", template_text=text, keep_days=2)
    first(service)
    other = service.folder / "lista-2020-01-01-someone-else.csv"
    other.write_text("theirs")
    for later in (1, 2):
        service.join(1)
        service.run(today=TODAY + timedelta(days=later))
    days = {f"lista-{TODAY + timedelta(days=later)}.csv" for later in (1, 2)}
    assert service.names() == {*days, other.name}


def test_the_file_is_not_for_everybody_on_the_machine(filing: File) -> None:
    service = filing()
    first(service)
    assert (service.folder / "users.csv").stat().st_mode & 0o007 == 0


def test_a_planted_link_is_not_followed(filing: File, tmp_path: Path) -> None:
    service = filing()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (service.folder / f".kateder-{service.target.id}-0.part").symlink_to(victim)
    (service.folder / "users.csv").symlink_to(victim)
    assert first(service).state == RunState.SUCCEEDED
    assert victim.read_text() == "precious"
    assert not (service.folder / "users.csv").is_symlink()
