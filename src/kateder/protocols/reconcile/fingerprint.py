"""The plan hash: the same differences give the same hash, in whatever order they come."""

import hashlib

from kateder.protocols.reconcile.difference import Difference

_SIZE = 64


class Fingerprint:
    """A streaming digest of a set of differences that does not depend on their order.

    Each difference is digested on its own and the digests are added modulo 2^512, so a database may
    give its rows in any order (the reference client took shuffled rows for changes) and no sort is paid
    for. Addition and not exclusive-or, so that a row that comes twice does not vanish.
    """

    __slots__ = ("_count", "_sum")

    def __init__(self) -> None:
        self._sum = 0
        self._count = 0

    def add(self, difference: Difference) -> None:
        """Take one difference into the digest.

        Unambiguous: every part is preceded by its length, and an absent hash has no length at all.
        """
        action, kind, key, old, new = difference
        head = f"{action}:{len(kind)}:{len(key)}:{kind}{key}".encode()
        before = b"-" if old is None else b"%d:%b" % (len(old), old)
        after = b"-" if new is None else b"%d:%b" % (len(new), new)
        digest = hashlib.blake2b(head + before + after, digest_size=_SIZE).digest()
        self._sum += int.from_bytes(digest)
        self._count += 1

    def hexdigest(self) -> str:
        """64 hexadecimal digits for everything added so far."""
        total = self._sum % (1 << (8 * _SIZE))
        return hashlib.sha256(self._count.to_bytes(8) + total.to_bytes(_SIZE)).hexdigest()
