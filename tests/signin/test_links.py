"""A set-up link works once, for its holder, for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.signin.accounts import links
from kateder.signin.accounts.errors import LinkUsed
from kateder.signin.models import SetupLink
from tests.signin.accounts_of import account

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def user(tenant: Authority) -> User:
    return account()


def test_looking_at_a_link_does_not_use_it_up(user: User) -> None:
    token = links.issue(user.id, now=NOW)
    assert links.holder(token, now=NOW) == links.holder(token, now=NOW) == user


def test_link_is_used_once(user: User) -> None:
    token = links.issue(user.id, now=NOW)
    assert links.use(token, now=NOW) == user
    with pytest.raises(LinkUsed):
        links.use(token, now=NOW)
    with pytest.raises(LinkUsed):
        links.holder(token, now=NOW)


def test_link_is_worth_nothing_after_a_day(user: User) -> None:
    token = links.issue(user.id, now=NOW)
    with pytest.raises(LinkUsed):
        links.use(token, now=NOW + timedelta(hours=24))


def test_new_link_ends_the_earlier_one(user: User) -> None:
    earlier = links.issue(user.id, now=NOW)
    links.issue(user.id, now=NOW)
    with pytest.raises(LinkUsed):
        links.use(earlier, now=NOW)


def test_table_of_links_opens_nothing(user: User) -> None:
    token = links.issue(user.id, now=NOW)
    assert token not in str(SetupLink.objects.values_list().get())


def test_link_of_one_authority_is_nothing_at_another(authority: Authority, other_authority: Authority) -> None:
    with within(authority.id):
        token = links.issue(account().id, now=NOW)
    with within(other_authority.id), pytest.raises(LinkUsed):
        links.use(token, now=NOW)
