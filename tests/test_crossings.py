"""No foreign key leads from one authority to another or nowhere, whatever the tests have written so far."""

from __future__ import annotations

import uuid

import pytest

from kateder.core import crossings
from kateder.core.actors import Actor
from kateder.core.models import Authority, Plan, PlanRow
from kateder.core.plans import NewRow, store
from kateder.core.tenancy import within
from tests.cast import Cast
from tests.test_consistency import Owner


def _plan(authority: Authority) -> Plan:
    with within(authority.id):
        row = NewRow("create", "person", "1")
        return store("import", uuid.uuid4(), plan_hash="a", feed_position=0, summary={}, rows=[row])


def test_every_foreign_key_between_tenant_tables_is_walked() -> None:
    walked = {(key.table, key.column) for key in crossings.every_key()}
    assert len(walked) > 30
    assert {("core_planrow", "plan_id"), ("register_enrolment", "person_id")} <= walked


def test_no_foreign_key_crosses(owner: Owner, cast: Cast, neighbours: Cast) -> None:
    assert cast.authority != neighbours.authority
    assert [astray for astray in crossings.find(owner.cursor()) if astray.crossing] == []


def test_the_walk_finds_a_crossing(authority: Authority, other_authority: Authority, owner: Owner) -> None:
    ours, theirs = _plan(authority), _plan(other_authority)
    owner.execute("UPDATE core_planrow SET plan_id = %s WHERE plan_id = %s", [theirs.id, ours.id])
    found = crossings.find(owner.cursor())
    owner.execute("DELETE FROM core_planrow WHERE plan_id = %s", [theirs.id])
    # What dangles in the register is there for the rules about it; other tests have written some.
    assert [astray for astray in found if astray.table.startswith("core_")] == [
        crossings.Astray("core_planrow", "plan_id", crossing=1, dangling=0)
    ]


@pytest.mark.usefixtures("other_authority")
def test_what_row_level_security_does_not_ask_is_the_key_not_the_row(
    authority: Authority, other_authority: Authority
) -> None:
    """Why the walk is needed: the database itself takes a key into another authority."""
    theirs = _plan(other_authority)
    with within(authority.id):
        assert not Plan.objects.filter(id=theirs.id).exists()
        row = PlanRow.objects.create(plan_id=theirs.id, action="create", entity="person", key="1")
        assert Actor.system("test").authority_id == row.authority_id
        row.delete()
