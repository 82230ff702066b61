"""Our keys: sealed where they are kept, of one authority, and usable for a pinned connection."""

import ssl
from datetime import UTC, datetime

import psycopg
import pytest

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.trust import api as trust

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def make(purpose: str = "delivery") -> trust.Keypair:
    return trust.make_keypair(purpose, common_name="Björkvikens kommun", by=Actor.system("test"), now=NOW)


def test_private_key_is_never_stored_in_clear(
    authority: Authority, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    with within(authority.id):
        keypair = make()
        identity = trust.identity_of(keypair.id)
    row = owner.execute("SELECT k::text FROM trust_keypair k WHERE id = %s", [keypair.id]).fetchone()
    assert row is not None
    assert "PRIVATE KEY" in identity.private_key
    assert "PRIVATE KEY" not in str(row[0])
    assert identity.pin == keypair.pin


def test_a_keypair_belongs_to_one_authority(authority: Authority, other_authority: Authority) -> None:
    with within(authority.id):
        keypair = make()
    with within(other_authority.id), pytest.raises(trust.Keypair.DoesNotExist):
        trust.identity_of(keypair.id)


def test_a_key_gives_a_context_that_knows_the_server_by_its_pin(tenant: Authority) -> None:
    context = trust.client_context([make().pin], keypair_id=make().id)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_each_new_key_has_another_pin(tenant: Authority) -> None:
    assert make().pin != make().pin
