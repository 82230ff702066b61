"""SFTP by password, and at a server that cannot rename over what is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kateder.core import clock
from kateder.core.setup import StepName
from kateder.provisioning.api import RunState
from kateder.provisioning.targets import checking
from tests.provisioning.files.plain_sftp import PASSWORD, USER, PlainSftp, serving
from tests.provisioning.files.sending import File, Filing, first


@pytest.fixture
def server() -> Iterator[PlainSftp]:
    with serving() as found:
        yield found


@pytest.fixture
def service(filing: File, server: PlainSftp, tmp_path: Path) -> Filing:
    return filing(
        place="sftp", host="127.0.0.1", port=server.port, user=USER, password=PASSWORD,
        host_keys=server.fingerprint, remote_folder=str(tmp_path / "out"),
    )  # fmt: skip


def test_a_password_opens_and_another_one_is_said_to_be_refused(service: Filing) -> None:
    assert all(step.ok for step in checking.check(service.cast.authority.id, service.target.id, now=clock.now()))
    service.set(password="another")
    last = checking.check(service.cast.authority.id, service.target.id, now=clock.now())[-1]
    assert (last.name, last.ok) == (StepName.CONNECTION, False)
    assert PASSWORD not in last.sentence
    service.run()
    assert service.names() == set()


def test_a_server_that_cannot_rename_over_a_file_gets_each_new_one_all_the_same(
    service: Filing, server: PlainSftp
) -> None:
    assert first(service).state == RunState.SUCCEEDED
    service.join(1)
    assert service.run().state == RunState.SUCCEEDED
    assert service.names() == {"users.csv"}
    assert len(service.table()) == 3
    assert [new for _old, new in server.renamed].count("users.csv") == 2


def test_when_the_new_file_cannot_get_its_name_the_old_one_has_it_back(service: Filing, server: PlainSftp) -> None:
    first(service)
    before = (service.folder / "users.csv").read_bytes()
    service.join(1)
    server.refuses.append("users.csv")
    assert service.run().state == RunState.FAILED
    assert (service.folder / "users.csv").read_bytes() == before
    assert service.names() == {"users.csv"}
    assert service.run().state == RunState.SUCCEEDED
    assert len(service.table()) == 3
