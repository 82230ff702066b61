"""A delivery ends in the right state whatever the target does, and says so when it could not."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from kateder.protocols.egil import resources
from kateder.protocols.egil.encoding import Body, content_hash, encode, references
from kateder.protocols.egil.types import ResourceType
from kateder.protocols.matf.pinning import pinned_context
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.engine import deliver
from kateder.provisioning.delivery.operations import Operation, Outcome, Result
from kateder.provisioning.delivery.patience import Patience
from kateder.provisioning.egil.exchange import connector
from tests.demo_provider import DemoProvider, client_identity, demo_provider

SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
OURS = client_identity()
QUICK = Patience(attempts=3, first_delay=0.02, longest_wait=3.0, failures_in_a_row=5)


class MemoryStore:
    """Operations in memory, in order of phase; remembers what came of them."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._left = sorted(operations, key=lambda operation: operation.phase)
        self.results: list[Result] = []

    def next_window(self, size: int) -> Sequence[Operation]:
        window, self._left = self._left[:size], self._left[size:]
        return window

    def record(self, results: Sequence[Result]) -> None:
        self.results.extend(results)

    def outcomes(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for result in self.results:
            counts[result.outcome] = counts.get(result.outcome, 0) + 1
        return counts


def ident(name: str) -> UUID:
    return uuid5(SPACE, name)


def operation(body: Body, *, action: Action = Action.CREATE) -> Operation:
    kind = next(kind for kind in ResourceType if kind.schemas == body["schemas"])
    encoded = encode(body)
    return Operation(
        action=action,
        resource_type=kind,
        position=kind.position,
        released_id=UUID(body["externalId"]),
        body=encoded,
        content_hash=content_hash(encoded),
        depends_on=frozenset(UUID(value) for value in references(body)),
    )


def school_class(pupils: int, *, name: str = "a") -> list[Body]:
    unit = resources.school_unit(ident("unit"), display_name="Skolan", school_unit_code="12345678")
    users = [
        resources.user(ident(f"{name}{number}"), user_name=f"{name}{number}", display_name="Kvick Ekorre 7")
        for number in range(pupils)
    ]
    group = resources.student_group(
        ident("group"),
        display_name="Glad tall",
        owner=ident("unit"),
        members=[UUID(user["externalId"]) for user in users],
    )
    return [group, *users, unit]


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[DemoProvider]:
    with demo_provider(tmp_path / "provider", client=OURS) as running:
        yield running


def send(
    provider: DemoProvider, bodies: Sequence[Body], *, action: Action = Action.CREATE, seconds: float = 5.0
) -> tuple[MemoryStore, str]:
    store = MemoryStore([operation(body, action=action) for body in bodies])
    context = pinned_context([provider.pin], identity=OURS, now=lambda: datetime.now(tz=UTC))
    connect = connector(provider.scim, context=context, connections=4, seconds=seconds)
    return store, deliver(store, connect=connect, connections=4, patience=QUICK)


def held(provider: DemoProvider) -> int:
    return sum(len(collection) for collection in provider.store().resources.values())


def test_everything_arrives_in_an_order_a_strict_server_accepts(provider: DemoProvider) -> None:
    store, stopped = send(provider, school_class(30))
    assert (store.outcomes(), stopped) == ({"acknowledged": 32}, "")
    bodies = [body for kind in provider.store().resources.values() for body in kind.values()]
    assert sorted(map(encode, bodies)) == sorted(map(encode, school_class(30)))


def test_removals_go_the_other_way(provider: DemoProvider) -> None:
    send(provider, school_class(3))
    store, stopped = send(provider, school_class(3), action=Action.REMOVE)
    kinds = [result.operation.resource_type for result in store.results]
    assert (kinds, stopped) == (["StudentGroup", "User", "User", "User", "SchoolUnit"], "")
    assert held(provider) == 0


def test_updates_replace_the_whole_object(provider: DemoProvider) -> None:
    send(provider, school_class(3))
    store, _ = send(provider, school_class(2), action=Action.UPDATE)
    assert store.outcomes() == {"acknowledged": 4}
    assert len(provider.store().resources["StudentGroups"][str(ident("group"))]["studentMemberships"]) == 2


def test_a_refused_object_holds_back_what_refers_to_it_and_nothing_else(provider: DemoProvider) -> None:
    bodies = school_class(3)
    bodies[1]["userName"] = ""
    store, stopped = send(provider, bodies)
    assert (store.outcomes(), stopped) == ({"acknowledged": 3, "failed": 1, "held_back": 1}, "")
    failed = next(result for result in store.results if result.outcome is Outcome.FAILED)
    assert (failed.http_status, failed.attempts) == (400, 1)


def test_a_removal_is_never_held_back(provider: DemoProvider) -> None:
    send(provider, school_class(2))
    new = {**resources.user(ident("new"), user_name="x", display_name="x"), "userName": ""}
    group, first, second, _ = school_class(2)
    group["studentMemberships"] = [{"value": str(ident("new")), "$ref": f"Users/{ident('new')}"}]
    store = MemoryStore(
        [operation(new), operation(group, action=Action.UPDATE), operation(first, action=Action.REMOVE)]
    )
    context = pinned_context([provider.pin], identity=OURS, now=lambda: datetime.now(tz=UTC))
    deliver(store, connect=connector(provider.scim, context=context, connections=4, seconds=5.0))
    assert store.outcomes() == {"failed": 1, "held_back": 1, "acknowledged": 1}
    assert list(provider.store().resources["Users"]) == [second["externalId"]]


@pytest.mark.parametrize(
    "trouble",
    [
        {"do": "answer", "status": 500, "times": 2},
        {"do": "answer", "status": 503, "times": 2},
        {"do": "drop_before", "times": 2},
        {"do": "drop_after", "times": 2},
        {"match": "POST /Users", "do": "hang", "times": 1},
    ],
    ids=["500", "503", "dropped before", "dropped after it took effect", "hung"],
)
def test_passing_trouble_leaves_no_trace(provider: DemoProvider, trouble: dict[str, object]) -> None:
    provider.order(trouble)
    store, stopped = send(provider, school_class(3), seconds=1.0)
    assert (store.outcomes(), stopped) == ({"acknowledged": 5}, "")
    assert held(provider) == 5


def test_what_is_there_already_is_adopted(provider: DemoProvider) -> None:
    send(provider, school_class(3))
    changed = school_class(3)
    changed[0]["displayName"] = "Glad gran"
    store, _ = send(provider, changed)
    assert store.outcomes() == {"acknowledged": 5}
    assert provider.store().resources["StudentGroups"][str(ident("group"))]["displayName"] == "Glad gran"


def test_what_was_lost_heals_in_one_run(provider: DemoProvider) -> None:
    store, _ = send(provider, school_class(3), action=Action.UPDATE)
    assert store.outcomes() == {"acknowledged": 5}
    assert held(provider) == 5


def test_removing_what_is_gone_is_done(provider: DemoProvider) -> None:
    store, _ = send(provider, school_class(1), action=Action.REMOVE)
    assert {result.code for result in store.results} == {"was_gone"}
    assert store.outcomes() == {"acknowledged": 3}


def test_retry_after_is_waited_for_by_all_connections(provider: DemoProvider) -> None:
    provider.order({"match": "POST /Users", "do": "answer", "status": 429, "retry_after": "1", "times": 1})
    began = time.monotonic()
    store, _ = send(provider, school_class(40))
    assert store.outcomes() == {"acknowledged": 42}
    assert time.monotonic() - began >= 1.0
    times = [datetime.fromisoformat(entry.at) for entry in provider.given()]
    refused = next(entry for entry in provider.given() if entry.status == 429)
    later = [at - datetime.fromisoformat(refused.at) for at in times if at.isoformat() > refused.at]
    # Those already under way may still come; nothing new is begun before the second has passed.
    assert sum(gap < timedelta(seconds=0.9) for gap in later) <= 3


def test_retry_after_may_be_a_date(provider: DemoProvider) -> None:
    soon = format_datetime(datetime.now(tz=UTC) + timedelta(seconds=2), usegmt=True)
    provider.order({"do": "answer", "status": 503, "retry_after": soon, "times": 1})
    began = time.monotonic()
    store, _ = send(provider, school_class(1))
    assert store.outcomes() == {"acknowledged": 3}
    assert time.monotonic() - began >= 0.9


def test_a_target_that_asks_for_more_than_our_patience_ends_the_run(provider: DemoProvider) -> None:
    provider.order({"do": "answer", "status": 429, "retry_after": "3600"})
    began = time.monotonic()
    store, stopped = send(provider, school_class(30))
    assert stopped == "asked_to_wait"
    assert "acknowledged" not in store.outcomes()
    assert time.monotonic() - began < 3


def test_a_target_that_only_fails_is_given_up_and_the_rest_is_not_sent(provider: DemoProvider) -> None:
    provider.order({"do": "answer", "status": 500})
    unit = resources.school_unit(ident("unit"), display_name="Skolan", school_unit_code="12345678")
    store, stopped = send(provider, [unit, *school_class(60)[1:-1]])
    assert stopped == "http_500"
    assert store.outcomes()["not_sent"] > 40
    assert held(provider) == 0


@pytest.mark.parametrize("status", [401, 403])
def test_a_target_that_shuts_us_out_is_asked_no_more(provider: DemoProvider, status: int) -> None:
    provider.order({"do": "answer", "status": status})
    store, stopped = send(provider, school_class(60)[1:-1])
    assert stopped == f"http_{status}"
    assert len(provider.given()) <= 4
    assert "acknowledged" not in store.outcomes()


def test_a_server_with_another_key_gets_nothing(provider: DemoProvider) -> None:
    store = MemoryStore([operation(body) for body in school_class(3)])
    context = pinned_context([OURS.pin], identity=OURS, now=lambda: datetime.now(tz=UTC))
    stopped = deliver(store, connect=connector(provider.scim, context=context, connections=4, seconds=5.0))
    assert stopped == "not_the_pinned_server"
    assert provider.given() == []


def test_a_server_that_is_down_fails_the_run(provider: DemoProvider) -> None:
    provider.kill()
    store, stopped = send(provider, school_class(30)[1:-1])
    assert stopped == "connection"
    assert "acknowledged" not in store.outcomes()


def test_a_provider_killed_in_the_middle_has_it_all_after_another_try(provider: DemoProvider) -> None:
    class Killing(MemoryStore):
        def record(self, results: Sequence[Result]) -> None:
            super().record(results)
            provider.kill()

    bodies = school_class(900)
    store = Killing([operation(body) for body in bodies])
    context = pinned_context([provider.pin], identity=OURS, now=lambda: datetime.now(tz=UTC))
    connect = connector(provider.scim, context=context, connections=4, seconds=5.0)
    assert deliver(store, connect=connect, connections=4, patience=QUICK) == "connection"
    provider.start()
    again, stopped = send(provider, bodies)
    assert (again.outcomes(), stopped) == ({"acknowledged": 902}, "")
    assert held(provider) == 902
