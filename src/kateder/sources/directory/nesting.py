"""Who is in a group, when groups are in groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def flattened(members: Mapping[str, Sequence[str]], *, wanted: Iterable[str]) -> dict[str, list[str]]:
    """For each wanted group, everything in it and in the groups in it that is not itself a group, once, in order.

    `members` has the direct members of every group by its key. Groups that contain each other, or themselves, are
    walked through once.
    """
    return {group: _leaves(group, members) for group in wanted}


def _leaves(group: str, members: Mapping[str, Sequence[str]]) -> list[str]:
    seen, leaves, waiting = {group}, dict[str, None](), [group]
    while waiting:
        for member in members[waiting.pop()]:
            if member not in members:
                leaves[member] = None
            elif member not in seen:
                seen.add(member)
                waiting.append(member)
    return list(leaves)
