"""Operations over a few connections, each in a thread: ldap3 waits for its answers."""

from __future__ import annotations

import asyncio
import contextlib
import queue
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import orjson

from kateder.core.ldap.addresses import Address
from kateder.core.ldap.errors import (
    BindRefused,
    CertificateNotTrusted,
    ClearTextRefused,
    DirectoryFault,
    DirectoryUnreachable,
    EncryptionRefused,
)
from kateder.core.ldap.session import Account, Session, connect
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Answer, Exchange, Kind, Operation
from kateder.provisioning.directory.accounts import Accounts
from kateder.provisioning.directory.entries import Ambiguous, Taken
from kateder.provisioning.directory.groups import Groups
from kateder.provisioning.directory.rules import Rules
from kateder.provisioning.directory.writing import NotDone
from kateder.provisioning.plain.bodies import GROUP, USER

MOST_CONNECTIONS: Final = 8
_ANSWERS: Final[Mapping[type[Exception], Answer]] = {
    Ambiguous: Answer(kind=Kind.REFUSED, code="refused_ambiguous"),
    Taken: Answer(kind=Kind.REFUSED, code="refused_taken"),
    DirectoryUnreachable: Answer(kind=Kind.AGAIN, code="connection"),
    BindRefused: Answer(kind=Kind.SHUT_OUT, code="bind_refused"),
    CertificateNotTrusted: Answer(kind=Kind.SHUT_OUT, code="certificate_not_trusted"),
    ClearTextRefused: Answer(kind=Kind.SHUT_OUT, code="clear_text"),
    EncryptionRefused: Answer(kind=Kind.SHUT_OUT, code="no_encryption"),
}


class Pool:
    """Sessions that are open and free; one that breaks is thrown away, and another made when it is needed."""

    def __init__(self, address: Address, account: Account, rules: Rules) -> None:
        self._address = address
        self._account = account
        self._rules = rules
        self._free: queue.SimpleQueue[tuple[Session, contextlib.ExitStack]] = queue.SimpleQueue()

    def carry_out(self, operation: Operation) -> Answer:
        """Do one operation and say what came of it; called from threads."""
        try:
            with self._session() as session:
                return _done(session, self._rules, operation)
        except NotDone as refusal:
            return refusal.answer
        except (Ambiguous, Taken, DirectoryFault) as fault:
            return _answer(fault)

    def close(self) -> None:
        """End every session."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._free.get_nowait()[1].close()

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            session, stack = self._free.get_nowait()
        except queue.Empty:
            session, stack = self._opened()
        is_broken = False
        try:
            yield session
        except DirectoryUnreachable:
            is_broken = True
            raise
        finally:
            if is_broken:
                stack.close()
            else:
                self._free.put((session, stack))

    def _opened(self) -> tuple[Session, contextlib.ExitStack]:
        with contextlib.ExitStack() as opening:
            session = opening.enter_context(connect(self._address, account=self._account))
            session.bind()
            return session, opening.pop_all()


def connector(
    address: Address, *, account: Account, rules: Rules, connections: int
) -> contextlib.AbstractAsyncContextManager[Exchange]:
    """What opens an exchange with a directory."""

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Exchange]:
        pool = Pool(address, account, rules)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(min(connections, MOST_CONNECTIONS), thread_name_prefix="directory") as threads:

            async def carry_out(operation: Operation) -> Answer:
                return await loop.run_in_executor(threads, pool.carry_out, operation)

            try:
                yield carry_out
            finally:
                await loop.run_in_executor(threads, pool.close)

    return opened()


def _answer(fault: Exception) -> Answer:
    """What a fault means; one that a search ends in may pass: too much, too busy, a base that is away."""
    known = _ANSWERS.get(type(fault))
    return known or Answer(kind=Kind.AGAIN, code=f"ldap_{type(fault).__name__}"[:40])


def _done(session: Session, rules: Rules, operation: Operation) -> Answer:
    entries: Accounts | Groups
    if operation.resource_type == USER:
        entries = Accounts(session, rules)
    elif operation.resource_type == GROUP and rules.groups is not None:
        entries = Groups(session, rules, rules.groups)
    else:
        # Nothing of this kind is kept here: there is nothing to remove either.
        return Answer(kind=Kind.DONE, code="was_gone")
    if operation.action is Action.REMOVE:
        return entries.remove(operation.released_id)
    return entries.write(operation.released_id, orjson.loads(operation.body))
