"""What a way out offers: the fields of its settings, its projection, its exchange, a check, and what it can list.

Objects travel as canonical JSON bodies, whatever the wire wants: the one exit reads the body, and a way sends
nothing that is not in it. In every way an account of a person has the resource type `User`.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, Protocol, runtime_checkable
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core.errors import DomainError
from kateder.core.setup import Field, Settings, Step, StepName
from kateder.provisioning.delivery.operations import Exchange
from kateder.provisioning.egil.roster import Roster
from kateder.provisioning.planning.wanted import Wanted

ACCOUNT: Final = "User"
"""The resource type of a person's account, in every way."""

Connect = Callable[[], AbstractAsyncContextManager[Exchange]]


STEP_LABELS: Mapping[StepName, Promise | str] = {
    StepName.SETTINGS: _("The settings make sense"),
    StepName.KEY: _("Our key and certificate are in order"),
    StepName.CONNECTION: _("The service answers"),
    StepName.CREDENTIALS: _("The service lets us in"),
    StepName.RECORD: _("The service could be asked for something"),
}
"""The steps that a check of a way out has, in this order."""


class NoKey(DomainError):
    """There is no key of ours to show the service. Save its address and pins again: then one is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a target is and how to get in, as read from its row; opened outside transactions."""

    target_id: UUID
    base_uri: str
    settings: Settings
    context: ssl.SSLContext | None
    """Shows our certificate and knows the server by its pins; None for a way that is not known by pins."""
    connections: int = 16
    seconds: float = 30.0
    """How long one request may take."""
    remote_ids: Mapping[UUID, str] = field(default_factory=dict)
    """What the target calls those that others refer to, by released id; see `RemotelyNamed`."""

    @property
    def pinned(self) -> ssl.SSLContext:
        """The context, for a way that is known by pins. Raises NoKey."""
        if self.context is None:
            raise NoKey
        return self.context


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One object that the target says it has. `content_hash` is None when the target does not show the body."""

    resource_type: str
    released_id: UUID | None
    """None: an object that we did not put there."""
    content_hash: bytes | None = None
    remote_id: str = ""
    shown: object = None
    """What the target shows of it in a form of its own; see `Showing`."""


class Way(Protocol):
    """A way out to services."""

    @property
    def kind(self) -> str:
        """Its name in the database and on the command line."""

    @property
    def label(self) -> Promise | str:
        """Its name in the interface."""

    @property
    def describes(self) -> Promise | str:
        """A sentence by which an administrator recognises it."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its settings, besides address and pins."""

    @property
    def is_pinned(self) -> bool:
        """Whether the server is known by pins and we by a certificate: then address and pins are asked for."""

    @property
    def vocabulary(self) -> str:
        """Which of governance's vocabularies its bodies are looked up in."""

    @property
    def positions(self) -> Mapping[str, int]:
        """Its resource types and their places in the sending order."""

    def project(self, roster: Roster, *, settings: Settings) -> Iterator[Wanted]:
        """Give every resource that the target should have, in sending order. Pure."""

    def connect(self, door: Door) -> Connect:
        """Give what opens an exchange with the target."""

    def check(self, door: Door) -> Iterator[Step]:
        """Try the door step by step, sending no data about anybody. Outside transactions."""


@runtime_checkable
class RemotelyNamed(Protocol):
    """A way whose servers give objects names of their own, by which other objects refer to them."""

    @property
    def referred_to(self) -> str:
        """The resource type that is referred to."""


class Unlistable(DomainError):
    """The service did not say what it has ({code}), so nothing was changed. Try again when it answers."""


@runtime_checkable
class Listing(Way, Protocol):
    """A way whose servers can say what they have: then what they hold can be rebuilt, and removals verified."""

    def listed(self, door: Door) -> AsyncIterator[Listed]:
        """Everything that the target says it has of our types. Raises Unlistable."""

    def is_there(self, door: Door, resource_type: str, released_id: UUID, remote_id: str) -> bool | None:
        """Ask for one object: there, not there, or None when the server cannot say. Outside transactions; raises
        Unlistable.
        """


@runtime_checkable
class Showing(Listing, Protocol):
    """A way whose servers show what we own, but not as our bodies have it: it says itself whether the two agree."""

    def agreement(self, settings: Settings) -> Callable[[object, bytes], bool]:
        """Give what tells whether `Listed.shown` is as a body (canonical JSON) asks for. Pure."""


class NotDelivered(DomainError):
    """The delivery could not be put in place."""

    failure: ClassVar[str] = "not_in_place"
    """The code for logs, runs and findings."""
    is_uncertain: ClassVar[bool] = False
    """Whether it may be in place all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Everything that a target should hold from now on, for a way that delivers all of it each time."""

    bodies: Mapping[str, Sequence[bytes]]
    """The canonical JSON of every object by resource type; within a type by id."""
    today: date


@runtime_checkable
class Replacing(Way, Protocol):
    """A way that puts everything in the place of everything (files): the engine calls `replace` once per run.

    All objects are acknowledged when it returns and none when it raises; `connect` is not called.
    """

    def replace(self, door: Door, whole: Whole) -> None:
        """Put exactly this there, at once or not at all. Raises a NotDelivered. Outside transactions."""
