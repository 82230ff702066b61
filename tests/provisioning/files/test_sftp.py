"""Files over SFTP: to a server that is known, whole or not at all, whatever breaks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kateder.core import clock
from kateder.core.setup import Step
from kateder.provisioning.api import RunState
from kateder.provisioning.targets import checking
from tests.provisioning.files.sending import File, Filing, first
from tests.provisioning.files.sshd import Sshd, Wire, needs_sshd, running

pytestmark = needs_sshd


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with running(tmp_path_factory.mktemp("sshd") / "server") as server:
        yield server


@pytest.fixture
def service(filing: File, sshd: Sshd, tmp_path: Path) -> Filing:
    """A service that takes users.csv in a folder of the server."""
    return filing(
        place="sftp",
        host="127.0.0.1",
        port=sshd.port,
        user=sshd.user,
        private_key=sshd.private_key,
        host_keys=sshd.fingerprint,
        remote_folder=str(tmp_path / "out"),
    )


def checked(service: Filing) -> list[Step]:
    return checking.check(service.cast.authority.id, service.target.id, now=clock.now())


def test_everybody_is_in_the_file_at_the_server_and_nothing_is_left_beside_it(service: Filing) -> None:
    assert first(service).state == RunState.SUCCEEDED
    assert service.names() == {"users.csv"}
    assert len(service.table()) == 2
    service.join(1)
    assert service.run().state == RunState.SUCCEEDED
    assert len(service.table()) == 3


def test_the_check_reaches_the_folder_and_leaves_nothing_there(service: Filing) -> None:
    assert [step.ok for step in checked(service)] == [True, True]
    assert service.names() == set()


def test_an_unknown_server_is_never_trusted_and_its_key_is_shown_to_compare(service: Filing, sshd: Sshd) -> None:
    service.set(host_keys="")
    last = checked(service)[-1]
    assert not last.ok
    assert sshd.fingerprint in last.sentence
    service.run()
    service.approve()
    ended = service.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "host_key_unknown")
    assert service.names() == set()


def test_a_server_with_another_key_is_given_nothing(service: Filing, sshd: Sshd) -> None:
    first(service)
    before = (service.folder / "users.csv").read_bytes()
    sshd.stop()
    sshd.new_host_key()
    sshd.start()
    service.join(1)
    ended = service.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "host_key_changed")
    assert (service.folder / "users.csv").read_bytes() == before
    assert sshd.fingerprint in checked(service)[-1].sentence


def test_a_key_that_lost_its_line_ends_in_a_field_still_opens(service: Filing, sshd: Sshd) -> None:
    service.set(private_key=" ".join(sshd.private_key.split("\n")), host_keys=sshd.fingerprint)
    assert all(step.ok for step in checked(service))


def test_a_key_that_is_not_known_there_and_one_that_is_none_are_told_apart(service: Filing, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    service.set(private_key=(tmp_path / "other").read_text())
    assert stopped_by(service) == "login_refused"
    service.set(private_key="-----BEGIN nothing")
    assert stopped_by(service) == "bad_key"


def test_a_folder_that_is_not_there_or_may_not_be_written_is_said_to_be_so(service: Filing, tmp_path: Path) -> None:
    service.set(remote_folder=str(tmp_path / "nowhere"))
    assert stopped_by(service) == "no_such_folder"
    service.set(remote_folder="/sys/kernel")
    assert stopped_by(service) in {"no_permission", "cannot_write"}


def test_a_connection_cut_in_the_middle_leaves_the_old_file_and_the_next_run_ends_right(
    service: Filing, sshd: Sshd
) -> None:
    first(service)
    before = (service.folder / "users.csv").read_bytes()
    service.join(1)
    with Wire(to=sshd.port, most=4500).strung() as wire:
        service.set(port=wire.port)
        ended = service.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "connection")
    assert (service.folder / "users.csv").read_bytes() == before
    service.set(port=sshd.port)
    assert service.run().state == RunState.SUCCEEDED
    assert service.names() == {"users.csv"}
    assert len(service.table()) == 3


def test_a_full_disk_leaves_the_old_file(service: Filing, sshd: Sshd, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount")
    try:
        (small / "users.csv").write_bytes(b"x" * 4096)
        service.set(remote_folder=str(small))
        assert stopped_by(service) in {"cannot_write", "disk_full"}
        service.set(place="folder", folder=str(small))
        assert stopped_by(service) == "disk_full"
        assert {path.name for path in small.iterdir()} == {"users.csv"}
        assert (small / "users.csv").read_bytes() == b"x" * 4096
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def stopped_by(service: Filing) -> str:
    """What a run of everything that waits was stopped by."""
    if service.run().state == RunState.WAITING:
        service.approve()
    return service.run().stopped_by
