"""The systems of one authority, and what its register says afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.sources.mastering.systems import Systems

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.core.models import Authority


@pytest.fixture
def actor(authority: Authority) -> Actor:
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within

    with within(authority.id):
        return Actor.system("test")


@pytest.fixture
def systems(tmp_path: Path, authority: Authority, actor: Actor) -> Systems:
    return Systems(tmp_path, authority.id, actor)


@pytest.fixture
def people(authority: Authority) -> Callable[[], list[dict[str, Any]]]:
    """The persons of the register, by name."""
    from kateder.core.tenancy import within
    from kateder.register.models import Person

    def read() -> list[dict[str, Any]]:
        with within(authority.id):
            return list(Person.objects.order_by("sort_key", "pk").values())

    return read
