"""Row-level security, as the runtime role."""

from __future__ import annotations

import uuid

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from kateder.core import audit, clock, feed
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, Authority, Finding, User
from kateder.core.tenancy import NoAuthority, OtherAuthority, within
from tests.test_consistency import SHARED, Owner


def tenant_tables() -> list[str]:
    return sorted(m._meta.db_table for m in apps.get_models() if m._meta.db_table not in SHARED and m._meta.managed)


@pytest.mark.usefixtures("database")
def test_a_query_that_forgets_its_authority_raises() -> None:
    with pytest.raises(NoAuthority):
        User.objects.count()


@pytest.mark.parametrize("table", tenant_tables())
def test_without_a_setting_there_are_no_rows(table: str, authority: Authority) -> None:
    with within(authority.id):
        User.objects.create(username="anna", display_name="Anna")
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        assert cursor.fetchone() == (0,)


def test_a_foreign_authoritys_rows_are_not_seen(authority: Authority, other_authority: Authority) -> None:
    with within(authority.id):
        User.objects.create(username="anna", display_name="Anna")
    with within(other_authority.id):
        assert not User.objects.filter(username="anna").exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_user WHERE username = 'anna'")
            assert cursor.fetchone() == (0,)


def test_a_foreign_authoritys_insert_is_refused(authority: Authority, other_authority: Authority) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), within(authority.id):
        User.objects.create(username="anna", display_name="Anna", authority=other_authority)


@pytest.mark.parametrize("table", tenant_tables())
def test_every_tenant_table_refuses_a_row_of_another_authority(
    table: str, authority: Authority, other_authority: Authority, owner: Owner
) -> None:
    """The policy is asked before constraints, so a row of nothing but the authority is enough."""
    refused: str | None = None
    try:
        with within(authority.id), connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{table}" (authority_id) VALUES (%s)', [other_authority.id])
    except Exception as error:  # noqa: BLE001 - which error comes first is what is asked
        refused = str(error)
    assert refused is not None
    assert "row-level security" in refused or "null value" in refused
    assert owner.execute(
        f'SELECT count(*) FROM "{table}" WHERE authority_id = %s', [other_authority.id]
    ).fetchone() == (0,)


def test_within_another_authority_raises(authority: Authority, other_authority: Authority) -> None:
    with pytest.raises(OtherAuthority), within(authority.id), within(other_authority.id):
        pass


def test_the_setting_ends_with_the_transaction(authority: Authority) -> None:
    with within(authority.id):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('app.authority_id', true), '')")
        assert cursor.fetchone() == (None,)


def test_a_look_survives_the_rollback_of_the_request(authority: Authority) -> None:
    subject = uuid.uuid4()
    with within(authority.id):
        audit.look("person.looked_at", actor=Actor.system("test"), subject_type="person", subject_id=subject)
        audit.record("person.changed", actor=Actor.system("test"), subject_type="person", subject_id=subject)
        transaction.set_rollback(True)
    with within(authority.id):
        events = AuditEvent.objects.filter(subject_id=str(subject)).values_list("event", flat=True)
        assert list(events) == ["person.looked_at"]


def test_audit_events_cannot_be_changed_or_removed(tenant: Authority) -> None:
    audit.record("x", actor=Actor.system("test"), subject_type="person", subject_id="1")
    for statement in ("UPDATE core_auditevent SET actor = 'nobody'", "DELETE FROM core_auditevent"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as c,
        ):
            c.execute(statement)


def test_the_feed_counts_upwards_in_the_order_of_commits(authority: Authority) -> None:
    with within(authority.id):
        before = feed.position()
        first = feed.append({feed.Entity.PERSON: [uuid.uuid4() for _ in range(2500)]}, cause="test")
        second = feed.append({feed.Entity.GROUP: [uuid.uuid4()]}, cause="test")
    with within(authority.id):
        changes = list(feed.since(before))
    assert [len(change.ids) for change in changes] == [1000, 1000, 500, 1]
    assert before < first < second == changes[-1].position
    assert changes[0].at <= clock.now()


def test_findings_close_by_themselves_when_it_is_right_again(tenant: Authority) -> None:
    from kateder.core import findings
    from kateder.core.findings import NewFinding

    wrong = [NewFinding("csv.row", "row", str(n), "The row is odd.", place=f"persons.csv:{n}") for n in (1, 2)]
    assert findings.replace("source:1", wrong) == (2, 0)
    assert findings.replace("source:1", wrong[:1]) == (0, 1)
    assert Finding.objects.filter(closed_at=None).count() == 1
