"""A session belongs to one authority, and the table opens no door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError

from kateder.core import clock
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.signin.models import Session
from kateder.signin.sessions import SessionStore


def begun() -> str:
    store = SessionStore()
    store["who"] = "karin"
    store.save()
    assert store.session_key
    return str(store.session_key)


def test_session_is_found_again(tenant: Authority) -> None:
    assert SessionStore(begun())["who"] == "karin"


def test_session_of_one_authority_is_empty_at_another(authority: Authority, other_authority: Authority) -> None:
    with within(authority.id):
        key = begun()
    with within(other_authority.id):
        store = SessionStore(key)
        assert store.get("who") is None
        assert store.session_key is None


def test_key_of_the_cookie_is_not_in_the_table(tenant: Authority) -> None:
    key = begun()
    assert key not in str(list(Session.objects.values_list()))


def test_session_ends_at_its_time(tenant: Authority) -> None:
    key = begun()
    Session.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert SessionStore(key).get("who") is None


def test_session_that_was_ended_elsewhere_is_not_revived(tenant: Authority) -> None:
    key = begun()
    here, there = SessionStore(key), SessionStore(key)
    here["who"] = "nils"
    there.delete()
    with pytest.raises(UpdateError):
        here.save()
    assert SessionStore(key).get("who") is None


def test_new_key_keeps_the_content_and_ends_the_old_key(tenant: Authority) -> None:
    old = begun()
    store = SessionStore(old)
    store.cycle_key()
    assert store["who"] == "karin"
    assert SessionStore(old).get("who") is None


def test_key_chosen_by_the_browser_is_not_adopted(tenant: Authority) -> None:
    store = SessionStore("chosen-by-an-attacker-000000000")
    store["who"] = "karin"
    store.save()
    assert store.session_key != "chosen-by-an-attacker-000000000"
