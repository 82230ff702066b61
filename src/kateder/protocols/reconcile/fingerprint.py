"""The plan hash: the same differences give the same hash, in whatever order they come."""

import hashlib

from kateder.protocols.reconcile.difference import Difference

_SIZE = 64
_MODULUS = 1 << (8 * _SIZE)


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
        """Take one difference into the digest."""
        digest = hashlib.blake2b(_encode(difference), digest_size=_SIZE).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % _MODULUS
        self._count += 1

    def hexdigest(self) -> str:
        """64 hexadecimal digits for everything added so far."""
        body = self._count.to_bytes(8) + self._sum.to_bytes(_SIZE)
        return hashlib.sha256(body).hexdigest()


def _encode(difference: Difference) -> bytes:
    """Unambiguous: every part is preceded by its length; an absent hash differs from an empty one."""
    kind, key = difference.kind.encode(), difference.key.encode()
    old, new = difference.old_hash, difference.new_hash
    head = (
        f"{difference.action.value}:{len(kind)}:{len(key)}"
        f":{-1 if old is None else len(old)}:{-1 if new is None else len(new)}:"
    )
    return head.encode() + kind + key + (old or b"") + (new or b"")
