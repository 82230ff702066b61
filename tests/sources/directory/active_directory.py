"""A server that answers as Active Directory does, in what OpenLDAP cannot show.

It speaks LDAP (RFC 4511) over TCP with entries in the shapes that domain controllers give: 16-byte `objectGUID`,
values in ranges of its own choosing (MS-ADTS §3.1.1.3.1.3.3), references to the forest's other partitions, pages.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

PAGED = "1.2.840.113556.1.4.319"
BIND, UNBIND = 0x60, 0x42
RANGE = re.compile(r"([^;]+);range=(\d+)-(\d+|\*)", re.IGNORECASE)

Attributes = Mapping[str, Sequence[bytes]]


@dataclass
class ActiveDirectory:
    """The entries by DN, the most values in an answer, and what it has been asked."""

    entries: Mapping[str, Attributes]
    most_values: int = 1500
    references: Sequence[str] = ()
    # After so many entries it says that it is too busy.
    busy_after: int | None = None
    searches: list[tuple[str, list[str]]] = field(default_factory=list)
    port: int = 0

    @contextlib.contextmanager
    def serving(self) -> Iterator[ActiveDirectory]:
        """Answer until the block ends."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(server,), daemon=True)
            thread.start()
            yield self
            server.shutdown(socket.SHUT_RDWR)
        thread.join(10)

    def _accept(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        waiting = b""
        while received := connection.recv(65536):
            waiting += received
            while (end := _length(waiting)) and len(waiting) >= end:
                ((_, message),) = _parts(waiting[:end])
                waiting = waiting[end:]
                if _parts(message)[1][0] == UNBIND:
                    return
                for answer in self._answers(message):
                    connection.sendall(answer)

    def _answers(self, message: bytes) -> Iterator[bytes]:
        (_, number), (operation, asked), *controls = _parts(message)
        if operation == BIND:
            yield _message(number, _application(1, _result(0)))
            return
        (_, name), (_, scope), *_, (_, listed) = _parts(asked)
        base, names = name.decode(), [one.decode() for _, one in _parts(listed)]
        self.searches.append((base, names))
        is_tree = scope != b"\0"
        found = [dn for dn in self.entries if dn.endswith(base)] if is_tree else [base]
        start, size = _page(controls)
        for dn in found[start : start + size]:
            yield _message(number, _application(4, _string(dn) + _attributes(self._values(dn, names))))
        if self.busy_after is not None and start + size >= self.busy_after:
            yield _message(number, _application(5, _result(51)))
            return
        if is_tree and start + size >= len(found):
            for uri in self.references:
                yield _message(number, _application(19, _string(uri)))
        cookie = str(start + size).encode() if start + size < len(found) else b""
        yield _message(number, _application(5, _result(0)), controls=_paged(cookie))

    def _values(self, dn: str, names: Sequence[str]) -> Iterator[tuple[str, Sequence[bytes]]]:
        by_name = {name.lower(): (name, values) for name, values in self.entries[dn].items()}
        for asked in names:
            ranged = RANGE.fullmatch(asked)
            name, start = (ranged.group(1), int(ranged.group(2))) if ranged else (asked, 0)
            if name.lower() not in by_name:
                continue
            name, values = by_name[name.lower()]
            part = values[start : start + self.most_values]
            if not ranged and len(part) == len(values):
                yield name, part
            else:
                # The whole is given under no name but the range's.
                last = "*" if start + len(part) >= len(values) else str(start + len(part) - 1)
                if not ranged:
                    yield name, ()
                yield f"{name};range={start}-{last}", part


def _page(controls: Sequence[tuple[int, bytes]]) -> tuple[int, int]:
    """Where the asked page begins, and how long it is at most."""
    for _, listed in controls:
        for _, control in _parts(listed):
            (_, kind), *_, (_, value) = _parts(control)
            if kind.decode() == PAGED:
                ((_, content),) = _parts(value)
                (_, size), (_, cookie) = _parts(content)
                return int(cookie or b"0"), int.from_bytes(size, "big")
    return 0, 1_000_000


def _paged(cookie: bytes) -> bytes:
    value = _tagged(0x30, _tagged(0x02, b"\0") + _tagged(0x04, cookie))
    return _tagged(0xA0, _tagged(0x30, _string(PAGED) + _tagged(0x04, value)))


def _attributes(values: Iterator[tuple[str, Sequence[bytes]]]) -> bytes:
    one = (
        _tagged(0x30, _string(name) + _tagged(0x31, b"".join(_tagged(0x04, value) for value in several)))
        for name, several in values
    )
    return _tagged(0x30, b"".join(one))


def _result(code: int) -> bytes:
    return _tagged(0x0A, bytes([code])) + _string("") + _string("")


def _message(number: bytes, operation: bytes, *, controls: bytes = b"") -> bytes:
    return _tagged(0x30, _tagged(0x02, number) + operation + controls)


def _application(number: int, content: bytes) -> bytes:
    return _tagged(0x60 | number, content)


def _string(text: str) -> bytes:
    return _tagged(0x04, text.encode())


def _tagged(tag: int, content: bytes) -> bytes:
    """One value in BER (X.690 §8.1)."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _parts(content: bytes) -> list[tuple[int, bytes]]:
    """The values that follow each other in BER, with their tags."""
    parts = []
    while content:
        end = _length(content)
        start = 2 if content[1] < 0x80 else 2 + (content[1] & 0x7F)
        parts.append((content[0], content[start:end]))
        content = content[end:]
    return parts


def _length(received: bytes) -> int:
    """How long the first value is with its tag, or nothing while that cannot be told."""
    if len(received) < 2:
        return 0
    if received[1] < 0x80:
        return 2 + received[1]
    more = received[1] & 0x7F
    return 2 + more + int.from_bytes(received[2 : 2 + more], "big") if len(received) >= 2 + more else 0
