"""The authority as tenant: nothing is read or written without one.

Row-level security in PostgreSQL is what guards; `within` names the authority to it, and the managers of our
models raise when somebody forgot, instead of giving nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TypeVar
from uuid import UUID

from django.db import connection, models, transaction

M = TypeVar("M", bound=models.Model, covariant=True)
_current: ContextVar[UUID | None] = ContextVar("authority", default=None)


class NoAuthority(RuntimeError):
    """A tenant table was used outside `within(authority)`."""


class OtherAuthority(RuntimeError):
    """Work for one authority tried to enter another one."""


def current_authority_id() -> UUID:
    """The authority whose data is being worked on. Raises NoAuthority."""
    authority_id = _current.get()
    if authority_id is None:
        raise NoAuthority("wrap the work in core.tenancy.within(authority_id)")
    return authority_id


def authority_id_if_any() -> UUID | None:
    """The same, or None: for the user model, which Django's checks make an empty instance of."""
    return _current.get()


@contextlib.contextmanager
def within(authority_id: UUID) -> Iterator[None]:
    """Work in one authority, in one transaction.

    Nested for the same authority it is a savepoint. Raises OtherAuthority when nested for another one.
    """
    outer = _current.get()
    if outer is not None and outer != authority_id:
        raise OtherAuthority(f"{authority_id} inside {outer}")
    with transaction.atomic():
        if outer is not None:
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.authority_id', %s, true)", [str(authority_id)])
        token = _current.set(authority_id)
        try:
            yield
        finally:
            _current.reset(token)


@contextlib.contextmanager
def named(authority_id: UUID) -> Iterator[None]:
    """Say whose work this is, without a transaction: for what is kept in the process. A query finds nothing here."""
    token = _current.set(authority_id)
    try:
        yield
    finally:
        _current.reset(token)


def on_commit_within(authority_id: UUID, work: Callable[[], object]) -> None:
    """Do `work` after the commit, in a transaction of its own for the same authority."""

    def later() -> None:
        token = _current.set(None)
        try:
            with within(authority_id):
                work()
        finally:
            _current.reset(token)

    transaction.on_commit(later)


class TenantManager(models.Manager[M]):
    """Refuses to read outside an authority."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[M]:
        current_authority_id()
        return super().get_queryset()
