"""Find the differences between two sorted streams of states, without holding either in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kateder.protocols.reconcile.difference import Action, Difference


class NotSorted(ValueError):
    """The states did not come in ascending order of kind and key, or one came twice."""


@dataclass(frozen=True, slots=True)
class State:
    """One object as it is, or as it should be: kind, key within the kind, digest of its content."""

    kind: str
    key: str
    content_hash: bytes


def compare(*, wanted: Iterable[State], held: Iterable[State]) -> Iterator[Difference]:
    """Yield what must be done for `held` to become `wanted`, in order of (kind, key).

    Both streams ascend by (kind, key), each pair once; raises NotSorted where they do not. Who has the
    data in a database finds the differences there instead, and gives them to `judge` as they come.
    """
    left, right = _ascending(wanted), _ascending(held)
    want, have = next(left, None), next(right, None)
    while want is not None or have is not None:
        if want is not None and (have is None or _place(want) < _place(have)):
            yield Difference(Action.CREATE, want.kind, want.key, None, want.content_hash)
            want = next(left, None)
        elif have is not None and (want is None or _place(have) < _place(want)):
            yield Difference(Action.REMOVE, have.kind, have.key, have.content_hash, None)
            have = next(right, None)
        elif want is not None and have is not None:
            if want.content_hash != have.content_hash:
                yield Difference(Action.UPDATE, want.kind, want.key, have.content_hash, want.content_hash)
            want, have = next(left, None), next(right, None)


def _place(state: State) -> tuple[str, str]:
    return (state.kind, state.key)


def _ascending(states: Iterable[State]) -> Iterator[State]:
    last: tuple[str, str] | None = None
    for state in states:
        place = _place(state)
        if last is not None and place <= last:
            message = f"a state of kind {state.kind} came out of order or twice"
            raise NotSorted(message)
        last = place
        yield state
