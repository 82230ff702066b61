"""Authorities and their host names: the one narrow place where work across authorities happens."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connections

from kateder.core.errors import DomainError
from kateder.core.models import Authority, AuthorityHost

_CACHE_SECONDS = 30
_hosts: dict[str, tuple[float, Authority | None]] = {}


class NoOwnerConnection(DomainError):
    """This needs the owner's connection: set DATABASE_OWNER_URL, or use the embedded database."""


class UnknownAuthority(DomainError):
    """There is no authority called {slug}. List them with `kateder authority list`."""


class SayWhichAuthority(DomainError):
    """There are several authorities here: say which with --authority. They are: {slugs}."""


def by_host(host: str) -> Authority | None:
    """The authority that answers at a host name (without port); remembered for half a minute."""
    now = time.monotonic()
    known = _hosts.get(host)
    if known is not None and known[0] > now:
        return known[1]
    row = AuthorityHost.objects.select_related("authority").filter(host=host).first()
    if len(_hosts) > 1000:
        _hosts.clear()
    _hosts[host] = (now + _CACHE_SECONDS, row.authority if row else None)
    return row.authority if row else None


def create(*, name: str, slug: str, hosts: list[str], is_demo: bool = False) -> Authority:
    """Make an authority with its host names, over the owner's connection. Raises NoOwnerConnection."""
    if "owner" not in connections.settings:
        raise NoOwnerConnection
    authority = Authority.objects.using("owner").create(name=name, slug=slug, is_demo=is_demo)
    for host in hosts:
        AuthorityHost.objects.using("owner").create(host=host, authority=authority)
    _hosts.clear()
    return authority


def every() -> list[Authority]:
    """All authorities, by slug; for ticks and commands that then work within each."""
    return list(Authority.objects.order_by("slug"))


def pick(slug: str | None) -> Authority:
    """The authority a command is for: the named one, or the only one.

    Raises UnknownAuthority or SayWhichAuthority.
    """
    found = every()
    if slug is None and len(found) == 1:
        return found[0]
    if slug is None:
        raise SayWhichAuthority(slugs=", ".join(a.slug for a in found) or "-")
    for authority in found:
        if authority.slug == slug:
            return authority
    raise UnknownAuthority(slug=slug)


def acted_through(authority_id: UUID, *, day: object) -> None:
    """Remember that all that depends on the date has been done for a day."""
    Authority.objects.filter(id=authority_id).update(acted_through=day)
