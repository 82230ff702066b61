"""Readable aliases: two kind Swedish words and a number (`Vänlig Räv 7`).

A teacher can tell pupils apart at a service that never gets a name. The choice is keyed, so that
nobody without the authority's key can work out who an alias stands for, and repeatable, so that
two processes that name the same person at once agree.
"""

import hmac
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final
from uuid import UUID

from kateder.governance.pseudonyms import Kind
from kateder.governance.words import ADJECTIVES, NOUNS

_NUMBERS: Final = (9, 9, 9, 9, 99, 99, 99, 99)
"""How large the number may be at each try: small numbers are easier to remember."""
_LAST_RESORT: Final = 9_999
FIRST_WORDS: Final = {
    Kind.PERSON: ADJECTIVES,
    Kind.GROUP: ("Grupp",),
    Kind.ORGANISATION: ("Skola",),
    Kind.ACTIVITY: ("Undervisning",),
}
"""A person's alias begins with an adjective, that of a thing with what it is."""


def candidates(key: bytes, root_id: UUID, *, kind: Kind = Kind.PERSON) -> Iterator[str]:
    """Yield aliases for one thing, the same ones in the same order every time, without end."""
    first_words = FIRST_WORDS[kind]
    for attempt in count():
        digest = hmac.digest(key, b"alias:%d:" % attempt + root_id.bytes, "sha256")
        first = first_words[int.from_bytes(digest[0:8]) % len(first_words)]
        noun = NOUNS[int.from_bytes(digest[8:16]) % len(NOUNS)]
        largest = _NUMBERS[attempt] if attempt < len(_NUMBERS) else _LAST_RESORT
        yield f"{first} {noun} {int.from_bytes(digest[16:24]) % largest + 1}"


_PLAIN: Final = str.maketrans("åäö ", "aao.")


def as_user_name(alias: str) -> str:
    """Give an alias the form of a user name (`vanlig.rav.7`). No two aliases have the same."""
    return alias.lower().translate(_PLAIN)


def choose(root_ids: Iterable[UUID], *, key: bytes, taken: set[str], kind: Kind = Kind.PERSON) -> dict[UUID, str]:
    """Give each thing its first candidate that nobody has; `taken` grows by those chosen."""
    chosen: dict[UUID, str] = {}
    for root_id in root_ids:
        alias = next(name for name in candidates(key, root_id, kind=kind) if name not in taken)
        taken.add(alias)
        chosen[root_id] = alias
    return chosen
