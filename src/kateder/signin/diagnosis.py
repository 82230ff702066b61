"""What sign-in knows to check, for `kateder doctor`."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Q, QuerySet

from kateder.core import authorities, clock
from kateder.core.actors import Role
from kateder.core.checks import Answer, check, failure, fine, note, warning
from kateder.core.models import Authority, User
from kateder.core.secrets import CannotUnseal
from kateder.core.tenancy import within
from kateder.signin.models import Application, OneTimeSecret, Passkey, SigningKey
from kateder.signin.oidc.keys import opens


@check("sign-in")
def check_sign_in() -> Iterator[Answer]:
    """Whether each authority has an administrator who can sign in, and keys that open."""
    try:
        every = list(authorities.every())
    except DatabaseError:
        return  # another check has said so
    for authority in every:
        with within(authority.id):
            yield from _of(authority)


def _of(authority: Authority) -> Iterator[Answer]:
    name = authority.slug
    if settings.DEMO_CHOOSER and not authority.is_demo:
        yield note(f"{name} was not made as a demonstration: nobody can choose who to be there.")
    if not authority.is_demo and not _administrators().exists():
        yield warning(f"{name}: no administrator has a way to sign in.", "Run `kateder user add`, and open the link.")
    for key in SigningKey.objects.filter(signs_from__lte=clock.now()).order_by("-signs_from")[:1]:
        try:
            opens(key)
        except CannotUnseal:
            yield failure(f"{name}: the signing key does not open.", "Start with the secret key it was sealed with.")
            return
    yield fine(f"{name}: {Application.objects.count()} services may ask who signs in.")


def _administrators() -> QuerySet[User]:
    ways = Q(Exists(Passkey.objects.filter(user=OuterRef("pk")))) | Q(
        Exists(OneTimeSecret.objects.filter(user=OuterRef("pk")))
    )
    return User.objects.filter(ways, is_active=True, staff_roles__contains=[Role.ADMINISTRATOR.value])
