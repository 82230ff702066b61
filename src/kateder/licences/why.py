"""Why can this person not open it? Register, group, licence, approval, release: in that order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kateder.catalogue.models import Resource
from kateder.governance.api import CauseKind, Reason, obstacles, policy_of, verdict
from kateder.governance.models import Agreement
from kateder.licences import ledger
from kateder.licences.entitlements import entitlement_of
from kateder.licences.models import Lot
from kateder.licences.pools import Pool, pools
from kateder.licences.reach import Reach
from kateder.register.api import in_force, in_service
from kateder.register.models import Duty, Enrolment, Group, GroupMembership, Organisation, Person


@dataclass(frozen=True, slots=True)
class Step:
    """One question on the way to the resource. `ok` is None when an earlier step has to be mended first."""

    code: str
    ok: bool | None
    text: str
    fix: str = ""
    who: str = ""


def why(person_id: UUID, resource_id: UUID, *, today: date) -> list[Step]:
    """Answer step by step, in the reader's language. The caller has asked `register.access` first.

    The portal adds the account at the service and the last sign-in.
    """
    resource = Resource.objects.select_related("service").get(id=resource_id)
    steps: list[Step] = []
    for step in _steps(person_id, resource, today):
        waits = step.ok is False and any(earlier.ok is False for earlier in steps)
        # Only the first thing that is wrong says what to do.
        steps.append(Step(step.code, None, step.text) if waits else step)
    return steps


def _steps(person_id: UUID, resource: Resource, today: date) -> Iterator[Step]:
    yield _register(person_id, today)
    pool, reaches = _reaching(person_id, resource, today)
    yield _group(person_id, reaches, today)
    yield _licence(person_id, pool, reaches, today)
    if resource.service_id is None:
        return
    yield _approval(resource.service_id, today)
    yield _release(person_id, resource.service_id, today)


def _register(person_id: UUID, today: date) -> Step:
    who = _("the school's administrator")
    person = Person.objects.filter(id=person_id).first()
    if person is None or person.person_status != "Aktiv":
        text = _("Is not active in the register")
        return Step(
            "register", False, text, _("Check the person in the school system; the next import brings it here."), who
        )
    enrolled = Enrolment.objects.filter(person_id=person_id, cancelled=False, start_date__lte=today)
    enrolment = enrolled.exclude(end_date__lt=today).select_related("enroled_at").first()
    if enrolment is not None:
        unit = enrolment.enroled_at.display_name
        if enrolment.school_year is None:
            return Step("register", True, _("Is in the register, enrolled at {unit}").format(unit=unit))
        text = _("Is in the register, enrolled at {unit}, year {year}")
        return Step("register", True, text.format(unit=unit, year=enrolment.school_year))
    duty = Duty.objects.filter(in_force(today), person_id=person_id)
    if (current := duty.filter(in_service(today)).select_related("duty_at").first()) is not None:
        text = _("Is in the register, works at {unit}")
        return Step("register", True, text.format(unit=current.duty_at.display_name))
    if duty.exists():
        text = _("Is in the register, but is on leave today")
        return Step("register", False, text, _("The school's administrator sees when the leave ends."), who)
    text = _("Is in the register, but is neither enrolled nor at work anywhere today")
    return Step("register", False, text, _("Check the dates of the enrolment in the school system."), who)


def _reaching(person_id: UUID, resource: Resource, today: date) -> tuple[Pool | None, list[Reach]]:
    key = resource.service_id or resource.id
    of_person = pools(today=today, service_id=resource.service_id, people=[person_id])
    pool = next((one for one in of_person if one.id == key), None)
    if pool is None:
        return None, []
    return pool, [reach for reach in pool.reaches if _covers(pool, reach, resource)]


def _covers(pool: Pool, reach: Reach, resource: Resource) -> bool:
    if reach.lot_id is None:
        return reach.resource_id == resource.id
    lot = pool.lots[reach.lot_id]
    return lot.resource_id == resource.id or lot.service_id == resource.service_id is not None


def _group(person_id: UUID, reaches: list[Reach], today: date) -> Step:
    if not reaches:
        text = _("Is in no group, school or year that has been given this")
        return Step("group", False, text, _("Hand it out to the group, or to the person."), _("the teacher"))
    reach = reaches[0]
    if reach.kind in {CauseKind.GROUP, CauseKind.TEACHING}:
        return Step("group", True, _through_group(person_id, reach, today))
    if reach.kind is CauseKind.PERSON:
        return Step("group", True, _("It has been given to this person"))
    unit = Organisation.objects.filter(id=reach.subject_id).values_list("display_name", flat=True).first()
    return Step("group", True, _("It has been given to {unit}").format(unit=unit))


def _through_group(person_id: UUID, reach: Reach, today: date) -> str:
    name = Group.objects.filter(id=reach.subject_id).values_list("display_name", flat=True).first()
    if reach.kind is CauseKind.TEACHING:
        return _("Teaches {group}").format(group=name)
    since = (
        GroupMembership.objects.filter(group_id=reach.subject_id, person_id=person_id, start_date__lte=today)
        .exclude(end_date__lt=today)
        .values_list("start_date", flat=True)
        .first()
    )
    if since is None:
        return _("Is in {group}").format(group=name)
    return _("Is in {group} since {day}").format(group=name, day=date_format(since, "j F Y"))


def _licence(person_id: UUID, pool: Pool | None, reaches: list[Reach], today: date) -> Step:
    who = _("the school's licence administrator")
    if pool is not None and (lot_id := pool.seating.seated.get(person_id)) is not None:
        lot = _described(pool.lots[lot_id], today)
        return Step("licence", True, _("Has a licence from lot {lot}").format(lot=lot))
    if pool is not None and any(pool.opens(reach) for reach in reaches):
        return Step("licence", True, _("Needs no licence of their own"))
    if pool is not None and (lot_id := pool.seating.refused.get(person_id)) is not None:
        text = _("Lot {lot} is full").format(lot=_described(pool.lots[lot_id], today))
        fix = _("Give the lot more seats, or take back seats that are not used.")
        return Step("licence", False, text, fix, who)
    return Step(
        "licence", False, _("No licence reaches the person"), _("Hand it out from a lot that holds today."), who
    )


def _described(lot: Lot, today: date) -> str:
    taken = ledger.taken([lot.id], on=today).get(lot.id, 0)
    if lot.quantity is None:
        return pgettext("lot and its seats", "{number} (unlimited)").format(number=lot.number)
    return pgettext("lot and its seats", "{number} ({taken} of {total})").format(
        number=lot.number, taken=taken, total=lot.quantity
    )


def _approval(service_id: UUID, today: date) -> Step:
    judged = verdict(service_id, today=today)
    who = _("the authority's administrator")
    if judged.may_keep:
        ends = (
            Agreement.objects.filter(service_id=service_id, valid_from_date__lte=today)
            .order_by("-valid_to_date")
            .values_list("valid_to_date", flat=True)
            .first()
        )
        if ends is None:
            return Step("approval", True, _("The service is approved, the agreement is open-ended"))
        text = _("The service is approved, agreement until {day}")
        return Step("approval", True, text.format(day=date_format(ends, "j F Y")))
    reason = judged.reason or Reason.NO_AGREEMENT
    text = _("The service may not be used: {why}").format(why=reason.label)
    return Step("approval", False, text, _("Register the agreement and the decision."), who)


def _release(person_id: UUID, service_id: UUID, today: date) -> Step:
    who = _("the data protection officer")
    if entitlement_of(person_id, service_id=service_id, today=today) is None:
        return Step("release", None, _("Nothing is released before there is a licence"))
    if reason := obstacles(service_id, people=[person_id], today=today).get(person_id):
        text = _("The service is told nothing about this person: {why}").format(why=reason.label)
        return Step("release", False, text, _("Decide what the service may know about such a person."), who)
    level = policy_of(service_id, today=today).level
    return Step("release", True, _("The service knows: {level}").format(level=level.label))
