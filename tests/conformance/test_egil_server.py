"""The public reference server of EGIL takes our deliveries: first, unchanged, changes, removals, a kill, and again.

`EGIL_REFERENCE_SERVER` names its program (windermere 1.3 is what this was written against). It knows its clients by the
metadata of a federation, which is served on loopback.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.governance.api import Display, Field, FieldChoice, GroupNames, Level
from kateder.protocols.matf.identity import Identity, self_signed
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import RunState, TargetState
from kateder.provisioning.egil.way import EGIL
from kateder.provisioning.healing.rebuilding import compare, rebuild
from kateder.provisioning.models import TargetObject
from kateder.provisioning.planning import memory
from kateder.provisioning.planning.preparing import wanted_at
from tests.cast import TODAY, Cast
from tests.deliveries import QUICK, Delivery
from tests.offer import make_offer
from tests.protocols.matf.federating import Signer, endpoint, member, signed_as_before

SERVER = os.environ.get("EGIL_REFERENCE_SERVER", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="EGIL_REFERENCE_SERVER names no reference server")

WAIT = 20.0  # seconds


@dataclass
class Peer:
    """The delivery and the folder of the server."""

    delivery: Delivery
    folder: Path

    def settle(self) -> provisioning.DeliveryRun:
        ended = self.delivery.run()
        if ended.state == RunState.WAITING:
            self.delivery.approve()
            ended = self.delivery.run()
        return ended

    def requests(self) -> Counter[str]:
        """What its access log says that it was asked, as `POST 201`."""
        log = self.folder / "access.log"
        return Counter(line.strip() for line in log.read_text().splitlines()) if log.exists() else Counter()

    def agrees(self) -> bool:
        """Whether it lists what should be there today, and nothing else."""
        look = compare(self.delivery.target.id, actor=self.delivery.actor)
        with self.delivery.inside():
            settings = {field.name: field.default for field in EGIL.fields}
            wanted = wanted_at(self.delivery.offer.service.id, way=EGIL, settings=settings, today=TODAY)
            held = {(one.resource_type, one.released_id): one.content_hash for one in TargetObject.objects.all()}
        return look.agrees and {(one.resource_type, one.released_id): one.content_hash for one in wanted} == {
            key: bytes(content or b"") for key, content in held.items()
        }


@pytest.fixture
def peer(cast: Cast, tmp_path: Path) -> Iterator[Peer]:
    own = _identity("localhost")
    port = _free_port()
    with within(cast.authority.id):
        offer = make_offer(cast)
        everything = [FieldChoice(field, "Undervisning", "2") for field in Field]
        offer.allow(Level.FIELDS, fields=everything, display=Display.FULL_NAME, group_names=GroupNames.REAL)
        offer.assign(offer.lot(), "class_5b")
        address = f"https://localhost:{port}"
        target = provisioning.add_target(
            offer.service.id, base_uri=address, pins=[own.pin], by=offer.by, request_seconds=5.0
        )
        actor = Actor.system("test")
    delivery = Delivery(offer, target, None, actor)  # type: ignore[arg-type]
    with _metadata(target.certificate) as (metadata, jwks):
        (tmp_path / "jwks").write_text(json.dumps({"keys": [jwks]}))
        (tmp_path / "own.crt").write_text(own.certificate)
        (tmp_path / "own.key").write_text(own.private_key)
        (tmp_path / "config.json").write_text(json.dumps(_config(tmp_path, port=port, metadata=metadata)))
        with (tmp_path / "output").open("w") as output:
            process = subprocess.Popen(
                [SERVER, str(tmp_path / "config.json")], cwd=tmp_path, stdout=output, stderr=output
            )
        try:
            _wait_for(port, process, tmp_path / "output")
            yield Peer(delivery, tmp_path)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(WAIT)


def _config(folder: Path, *, port: int, metadata: str) -> dict[str, Any]:
    return {
        "MetadataURL": metadata,
        "JWKSPath": str(folder / "jwks"),
        "MetadataCachePath": str(folder / "metadata-cache.json"),
        "MetadataEntityID": "https://provider.example",
        "MetadataBaseURI": f"https://localhost:{port}",
        "MetadataOrganization": "Leverantör",
        "MetadataOrganizationID": "SE5560000001",
        "Cert": str(folder / "own.crt"),
        "Key": str(folder / "own.key"),
        "ListenAddress": f"127.0.0.1:{port}",
        "AccessLogPath": str(folder / "access.log"),
        "EnableLimiting": True,
        "LimitRequestsPerSecond": 100,
        "LimitBurst": 20,
        "StorageType": "file",
        "StorageSource": str(folder / "storage.json"),
    }


def _identity(host: str) -> Identity:
    now = datetime.now(UTC)
    return self_signed(
        "provider", not_before=now.replace(year=now.year - 1), not_after=now.replace(year=now.year + 1), hosts=[host]
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class _metadata:  # noqa: N801  used as a function
    """Serve a federation's metadata with one client in it; gives its address and the key that signs it."""

    def __init__(self, certificate: str) -> None:
        signer = Signer()
        client = endpoint(Identity(certificate, "").pin)
        content = signed_as_before(
            signer,
            [member("https://kateder.example", certificate=certificate, clients=[client])],
            now=datetime.now(UTC),
        )

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._jwk = signer.jwk

    def __enter__(self) -> tuple[str, dict[str, Any]]:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/md.jws", self._jwk

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    ends = time.monotonic() + WAIT
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0 and (output.parent / "metadata-cache.json").exists():
                return
        time.sleep(0.05)
    raise AssertionError(output.read_text())


def test_the_reference_server_holds_what_it_should_through_first_changes_and_removals(peer: Peer) -> None:
    assert peer.settle().state == RunState.SUCCEEDED
    assert peer.agrees()

    assert peer.delivery.run().total == 0, "nothing has changed"

    joined = peer.delivery.join(30)
    assert peer.settle().state == RunState.SUCCEEDED
    assert peer.agrees()

    peer.delivery.leave(joined[:12])
    peer.delivery.protect("elsa")
    assert peer.settle().state == RunState.SUCCEEDED
    assert peer.agrees()

    with peer.delivery.inside():
        offer = peer.delivery.offer
        governance.set_policy(offer.service.id, level=Level.PAIRWISE, by=offer.by)
    assert peer.settle().state == RunState.SUCCEEDED
    assert peer.agrees()


def test_a_run_that_was_killed_goes_on_and_a_database_that_forgot_is_rebuilt(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.delivery.join(40)
    peer.delivery.run()
    peer.delivery.approve()
    with monkeypatch.context() as killed:

        def dies(*arguments: object, **options: object) -> None:
            raise KeyboardInterrupt

        killed.setattr(memory, "keep_results", dies)
        with pytest.raises(KeyboardInterrupt):
            peer.delivery.run()
    assert peer.settle().state == RunState.SUCCEEDED
    assert peer.agrees()

    with peer.delivery.inside():
        TargetObject.objects.all().delete()
    ended = rebuild(peer.delivery.target.id, actor=peer.delivery.actor, today=TODAY, patience=QUICK)
    assert ended.state == RunState.SUCCEEDED
    assert ended.total == 0, "all of it was there, and as it should be"
    assert peer.agrees()
    with peer.delivery.inside():
        provisioning.set_state(peer.delivery.target.id, TargetState.PAUSED, by=peer.delivery.offer.by)
