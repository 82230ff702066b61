"""Why can she not open it: every step from the register to the last sign-in, the first that stops marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.catalogue.models import Resource
from kateder.core.actors import Role
from kateder.licences.api import Step, why
from kateder.portal.doors import Asked, door
from kateder.portal.periods import when
from kateder.provisioning.api import Account, account_state
from kateder.register import access
from kateder.signin.api import last_sign_in

SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Line:
    """One step in words. `css` is yes, stop or later."""

    css: str
    text: str
    fix: str
    who: str


@door(Role.TEACHER, Role.PRINCIPAL, Role.ADMINISTRATOR)
def why_page(request: Asked, person_id: UUID, resource_id: UUID) -> HttpResponse:
    """Answer for one person and one resource; asks the register first whether one may."""
    person = access.look_at(request.actor, person_id, today=request.today, purpose="why")
    resource = get_object_or_404(Resource.objects.select_related("service"), pk=resource_id)
    steps = [*why(person_id, resource_id, today=request.today)]
    steps += _at_the_service(steps, person_id, resource)
    context = {
        "name": person.full_name,
        "title": resource.title,
        "is_open": all(step.ok for step in steps if step.code != SIGN_IN),
        "back": f"/personer/{person_id}/",
        "steps": [_line(step) for step in steps],
    }
    return render(request, "portal/people/why.html", context)


def _at_the_service(before: Sequence[Step], person_id: UUID, resource: Resource) -> Iterator[Step]:
    """The account and the last sign-in, where the resource is on a service."""
    if resource.service is None:
        return
    is_clear = all(step.ok for step in before)
    account = account_state(resource.service.pk, person_id).state
    yield _account(account, name=resource.service.name, is_clear=is_clear)
    at = last_sign_in(person_id, service_id=resource.service.pk)
    if at is not None:
        yield Step(SIGN_IN, True, gettext("Was last signed in there %(when)s") % {"when": when(at)})
    else:
        # Not a fault: there is a first time.
        yield Step(SIGN_IN, None, gettext("Has not been signed in there yet"))


def _account(account: Account, *, name: str, is_clear: bool) -> Step:
    if account is Account.READY:
        return Step("account", True, gettext("Has an account at %(name)s") % {"name": name})
    if account is Account.NOT_NEEDED:
        return Step("account", True, gettext("%(name)s needs no account") % {"name": name})
    if not is_clear:
        return Step("account", None, gettext("An account at %(name)s") % {"name": name})
    text, fix = _missing(account)
    return Step("account", False, text % {"name": name}, fix, gettext("the authority's administrator"))


def _missing(account: Account) -> tuple[str, str]:
    """What is said of an account that cannot be used, with `%(name)s` for the service, and what to do about it."""
    if account is Account.LEAVING:
        return gettext("The account at %(name)s is being removed"), gettext("Look at the last delivery to the service.")
    if account is Account.WITHHELD:
        text = gettext("It has been decided that %(name)s is told nothing of this person")
        return text, gettext("The decision stands on the person's page.")
    if account is Account.FAILED:
        return gettext("%(name)s did not take the account"), gettext("Look at the last delivery to the service.")
    fix = gettext("It comes with the next delivery, within some minutes.")
    return gettext("The account at %(name)s is on its way"), fix


def _line(step: Step) -> Line:
    css = {True: "yes", False: "stop", None: "later"}[step.ok]
    return Line(css, step.text, step.fix, step.who)
