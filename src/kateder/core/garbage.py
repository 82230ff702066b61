"""The cycle collector, told when there is nothing for it to find."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def left_alone() -> Iterator[None]:
    """Do not look for cycles inside the block.

    For work that makes hundreds of thousands of plain objects and no cycle: the collector would go through all of
    them again and again (half of the time that comparing a target with 13,500 objects takes). What is not referred to
    any more is freed all the same.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def at_rest() -> Iterator[None]:
    """The same, and what was made inside is not gone through afterwards either, until `stirred`."""
    with left_alone():
        try:
            yield
        finally:
            gc.freeze()


def stirred() -> None:
    """Let what was put to rest be looked at again; it costs nothing until the next full collection."""
    gc.unfreeze()


@contextlib.contextmanager
def settled() -> Iterator[None]:
    """Leave what exists when the block begins out of every collection until it ends."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
