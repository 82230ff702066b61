"""A service that has lost something is given it again in the same run, with what it lost around it."""

from __future__ import annotations

from uuid import UUID

from kateder.core.tenancy import within
from kateder.provisioning.api import RunState
from kateder.provisioning.models import Receipt, TargetObject
from tests.behind import ask
from tests.deliveries import Delivery


def lose(delivery: Delivery, collection: str, *, keep: frozenset[str] = frozenset()) -> int:
    """Let the provider lose all of a collection of ours; gives how many."""
    ours = delivery.provider.store().resources[collection].keys() - keep
    for one in ours:
        ask(delivery.provider, "DELETE", f"/{collection}/{one}")
    return len(ours)


def test_a_lost_group_is_made_anew_with_the_members_that_were_lost_too(delivery: Delivery) -> None:
    """A provider that was restored to a time before the class began: it refuses a group of people it does not know."""
    delivery.first()
    groups, users = lose(delivery, "StudentGroups"), lose(delivery, "Users")
    delivery.join(1)
    ended = delivery.run()
    assert (ended.state, ended.healed) == (RunState.SUCCEEDED, {"missing": groups + users})
    assert delivery.is_right()


def test_the_groups_of_a_lost_pupil_are_sent_again(delivery: Delivery) -> None:
    """Who loses a pupil takes them out of their groups, and nothing in the register tells to put them back."""
    delivery.first()
    with delivery.inside():
        elsa = TargetObject.objects.get(resource_type="User", root_id=delivery.cast["elsa"])
    ask(delivery.provider, "DELETE", f"/Users/{elsa.released_id}")
    doubt(delivery, elsa.root_id)
    ended = delivery.run()
    assert (ended.state, ended.healed) == (RunState.SUCCEEDED, {"missing": 1})
    with within(delivery.cast.authority.id):
        assert Receipt.objects.filter(run_id=ended.id, resource_type="StudentGroup", action="update").exists()
        assert not TargetObject.objects.exclude(intent="").exists()
    assert delivery.is_right()


def doubt(delivery: Delivery, person: UUID | None) -> None:
    """Doubt what is held of one person, as after a request that was never answered."""
    with delivery.inside():
        TargetObject.objects.filter(root_id=person).update(intent="update")


def test_a_server_that_cannot_make_up_its_mind_is_asked_again(delivery: Delivery) -> None:
    """It says of a group that it is not there, and then that it is: as one does that is being started."""
    delivery.first()
    delivery.join(1)
    delivery.provider.order({"match": "PUT /StudentGroups", "do": "answer", "status": 404, "times": 2})
    ended = delivery.run()
    assert ended.state == RunState.SUCCEEDED
    assert delivery.is_right()
