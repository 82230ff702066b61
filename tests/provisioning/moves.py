"""What can happen to a register, licences, agreements and policies between two deliveries, drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model

from kateder.core import db, feed
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.governance.api import Display, Field, FieldChoice, GroupNames, Level, Outcome, ProtectedRule
from kateder.governance.models import Agreement
from kateder.licences import api as licences
from kateder.licences.api import AssignedKind, OnShortage
from kateder.licences.models import Assignment, Lot
from kateder.register import models as register
from kateder.register.api import (
    Action,
    Entity,
    LeaveOverlaps,
    add,
    apply,
    open_changes,
    set_leave,
    set_local_protection,
)
from tests.cast import SCHOOL_YEAR, SPRING, TODAY, Cast, person_values
from tests.offer import Offer, make_offer
from tests.register.changing import change, create, remove

OPEN: dict[str, Any] = {"start_date": SCHOOL_YEAR, "end_date": SPRING}
NAMES = ["Elsa", "Kim", "Maja", "Ek", "Lind", "Öst"]


@dataclass
class Town:
    """The cast's authority with a second and a third group to each class, and the day that it is."""

    offer: Offer
    draw: random.Random = field(default_factory=random.Random)
    today: date = TODAY
    by: Actor = field(default_factory=lambda: Actor.system("test"))

    def any(self, model: type[Model]) -> UUID:
        """Draw a root id; rows in the order of their ids, which are random too but the same within one run."""
        return self.draw.choice(sorted(model._default_manager.values_list("pk", flat=True)))

    def day(self) -> date:
        """Draw a day around today."""
        return self.today + timedelta(days=self.draw.randint(-3, 3))

    def another_service(self) -> Offer:
        """A neighbour's offer, of which nothing concerns ours."""
        return make_offer(self.offer.cast, slug=f"s{self.draw.randrange(10**9)}")


def town_of(cast: Cast) -> Town:
    """A service with everything allowed, given to a class of a town."""
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        offer.assign(offer.lot(), "class_5b")
        return open_town(offer)


def open_town(offer: Offer) -> Town:
    """Fill the cast's schools: pupils in both classes, and teaching groups across them."""
    cast = offer.cast
    with db.cursor() as cursor:
        open_changes(cursor)

        def new(entity: Entity, **values: Any) -> UUID:
            root_id = uuid4()
            add(cursor, entity, action=Action.CREATE, root_id=root_id, values=values)
            return root_id

        pupils = [new(Entity.PERSON, **person_values("olle")) for _ in range(6)]
        for number, pupil in enumerate(pupils):
            unit, group = ("bjork", "lund")[number > 3], ("class_5b", "class_6a")[number % 2]
            values = {"school_type": "GR", "school_year": 5 + number % 2, "cancelled": False}
            new(Entity.ENROLMENT, person_id=pupil, enroled_at_id=cast[unit], **values, **OPEN)
            new(Entity.MEMBERSHIP, person_id=pupil, group_id=cast[group], **OPEN)
        for name, unit in (("Matematik Elsa", "bjork"), ("Slöjd", "lund")):
            values = {"display_name": name, "group_type": "Undervisning", "organisation_id": cast[unit]}
            group_id = new(Entity.GROUP, **values, **OPEN)
            for person in (cast["elsa"], *pupils[1:4]):
                new(Entity.MEMBERSHIP, person_id=person, group_id=group_id, **OPEN)
            new(Entity.ACTIVITY_GROUP, activity_id=cast["maths_5b"], group_id=group_id)
    apply(cause="test", actor=Actor.system("test"))
    return Town(offer)


def rename(town: Town) -> None:
    change(Entity.PERSON, town.any(register.Person), given_name=town.draw.choice(NAMES))


def protect(town: Town) -> None:
    marking = town.draw.choice(["Ingen", "Sekretessmarkering"])
    change(Entity.PERSON, town.any(register.Person), security_marking=marking)


def protect_locally(town: Town) -> None:
    until = town.draw.choice([None, town.day()])
    set_local_protection(town.any(register.Person), protected=town.draw.random() < 0.7, until=until, actor=town.by)


def die(town: Town) -> None:
    change(Entity.PERSON, town.any(register.Person), person_status=town.draw.choice(["Avliden", "Aktiv"]))


def remove_person(town: Town) -> None:
    if register.Person.objects.count() > 6:
        remove(Entity.PERSON, town.any(register.Person))


def join(town: Town) -> None:
    member, group = town.any(register.Person), town.any(register.Group)
    create(Entity.MEMBERSHIP, person_id=member, group_id=group, start_date=min(town.day(), SPRING), end_date=SPRING)


def begin(town: Town) -> None:
    pupil = create(Entity.PERSON, **person_values("olle"))
    create(Entity.MEMBERSHIP, person_id=pupil, group_id=town.any(register.Group), **OPEN)


def leave(town: Town) -> None:
    if register.GroupMembership.objects.exists():
        change(Entity.MEMBERSHIP, town.any(register.GroupMembership), start_date=SCHOOL_YEAR, end_date=town.day())


def change_group(town: Town) -> None:
    if register.GroupMembership.objects.exists():
        change(Entity.MEMBERSHIP, town.any(register.GroupMembership), group_id=town.any(register.Group))


def drop_membership(town: Town) -> None:
    if register.GroupMembership.objects.exists():
        remove(Entity.MEMBERSHIP, town.any(register.GroupMembership))


def enrol(town: Town) -> None:
    unit = town.draw.choice(["bjork", "lund"])
    year = town.draw.choice([5, 6, None])
    values = {"school_type": town.draw.choice(["GR", "FTH"]), "school_year": year, "cancelled": False}
    create(Entity.ENROLMENT, person_id=town.any(register.Person), enroled_at_id=town.offer.cast[unit], **values, **OPEN)


def change_enrolment(town: Town) -> None:
    if register.Enrolment.objects.exists():
        new: dict[str, Any] = town.draw.choice(
            [{"school_year": 5}, {"school_year": 6}, {"cancelled": True}, {"end_date": town.day()}]
        )
        change(Entity.ENROLMENT, town.any(register.Enrolment), **({"start_date": SCHOOL_YEAR} | new))


def bend_group(town: Town) -> None:
    cast = town.offer.cast
    new: list[dict[str, Any]] = [
        {"display_name": town.draw.choice([*NAMES, "5B", "6A"])},
        {"end_date": town.day()},
        {"end_date": SPRING},
        {"organisation_id": cast[town.draw.choice(["bjork", "lund"])]},
        {"group_type": town.draw.choice(["Klass", "Undervisning"])},
    ]
    change(Entity.GROUP, town.any(register.Group), **town.draw.choice(new))


def bend_activity(town: Town) -> None:
    if not register.Activity.objects.exists():
        return
    cast = town.offer.cast
    new: list[dict[str, Any]] = [
        {"display_name": town.draw.choice(NAMES)},
        {"end_date": town.day()},
        {"end_date": SPRING},
        {"subject_name": town.draw.choice(["Slöjd", "Matematik", None])},
        {"organisation_id": cast[town.draw.choice(["bjork", "lund"])]},
    ]
    change(Entity.ACTIVITY, town.any(register.Activity), **town.draw.choice(new))


def new_activity(town: Town) -> None:
    unit = town.offer.cast[town.draw.choice(["bjork", "lund"])]
    activity = create(Entity.ACTIVITY, display_name="Bild", subject_name="Bild", organisation_id=unit, **OPEN)
    create(Entity.ACTIVITY_GROUP, activity_id=activity, group_id=town.any(register.Group))
    if register.Duty.objects.exists():
        create(Entity.ACTIVITY_TEACHER, activity_id=activity, duty_id=town.any(register.Duty))


def drop_activity(town: Town) -> None:
    if register.Activity.objects.count() > 1:
        remove(Entity.ACTIVITY, town.any(register.Activity))


def tie_group(town: Town) -> None:
    if not register.Activity.objects.exists():
        return
    activity, group = town.any(register.Activity), town.any(register.Group)
    found = register.ActivityGroup.objects.filter(activity=activity, group=group).first()
    if found:
        remove(Entity.ACTIVITY_GROUP, found.pk)
    else:
        create(Entity.ACTIVITY_GROUP, activity_id=activity, group_id=group)


def tie_teacher(town: Town) -> None:
    if not (register.Activity.objects.exists() and register.Duty.objects.exists()):
        return
    activity, duty = town.any(register.Activity), town.any(register.Duty)
    found = register.ActivityTeacher.objects.filter(activity=activity, duty=duty).first()
    if found:
        remove(Entity.ACTIVITY_TEACHER, found.pk)
    else:
        create(Entity.ACTIVITY_TEACHER, activity_id=activity, duty_id=duty)


def employ(town: Town) -> None:
    unit = town.offer.cast[town.draw.choice(["bjork", "lund"])]
    create(Entity.DUTY, person_id=town.any(register.Person), duty_at_id=unit, duty_role="Lärare", **OPEN)


def bend_duty(town: Town) -> None:
    if register.Duty.objects.exists():
        new: list[dict[str, Any]] = [
            {"end_date": town.day()},
            {"duty_at_id": town.offer.cast["lund"]},
            {"signature": "TLI"},
            {"person_id": town.any(register.Person)},
        ]
        change(Entity.DUTY, town.any(register.Duty), **town.draw.choice(new))


def drop_duty(town: Town) -> None:
    if register.Duty.objects.exists():
        remove(Entity.DUTY, town.any(register.Duty))


def rest(town: Town) -> None:
    if register.Duty.objects.exists():
        try:
            set_leave(town.any(register.Duty), start_date=town.today, end_date=None, actor=town.by)
        except LeaveOverlaps:
            return


def rename_unit(town: Town) -> None:
    change(Entity.ORGANISATION, town.offer.cast["bjork"], display_name=town.draw.choice(["Björk", "Björkskolan"]))


def assign(town: Town) -> None:
    cast = town.offer.cast
    kind, subject, year = town.draw.choice(
        [
            (AssignedKind.PERSON, town.any(register.Person), None),
            (AssignedKind.GROUP, town.any(register.Group), None),
            (AssignedKind.GROUP, town.any(register.Group), None),
            (AssignedKind.UNIT, cast["lund"], None),
            (AssignedKind.YEAR, cast["bjork"], town.draw.choice([5, 6])),
        ]
    )
    start = town.today if town.draw.random() < 0.8 else town.today + timedelta(days=1)
    if governance.is_approved(town.offer.service.id, first=start, last=None):
        town.offer.assign(Lot.objects.get(pk=town.any(Lot)), subject, to=kind, start=start, year=year)


def withdraw(town: Town) -> None:
    if Assignment.objects.exists():
        licences.withdraw(town.any(Assignment), last_day=town.day(), by=town.by)


def order(town: Town) -> None:
    shortage = town.draw.choice([OnShortage.ALERT, OnShortage.HARD_STOP])
    lot = town.offer.lot(
        quantity=town.draw.choice([2, 5, None]),
        on_shortage=shortage,
        grace_days=town.draw.choice([0, 2]),
        teachers_take_seats=town.draw.random() < 0.3,
    )
    if governance.is_approved(town.offer.service.id, first=town.today, last=None):
        town.offer.assign(lot, town.any(register.Group), start=town.today)


def settle(town: Town) -> None:
    licences.settle(today=town.today, cause="test")


def decide_policy(town: Town) -> None:
    fields = [Field.GIVEN_NAME, Field.FAMILY_NAME, Field.SCHOOL_YEAR, Field.SCHOOL_UNIT, Field.SIGNATURE]
    chosen = [FieldChoice(one, "Tilltal", "3.1") for one in fields if town.draw.random() < 0.6]
    governance.set_policy(
        town.offer.service.id,
        level=Level.FIELDS,
        display=Display.ALIAS,
        group_names=town.draw.choice(list(GroupNames)),
        protected_rule=town.draw.choice(list(ProtectedRule)),
        fields=chosen,
        by=town.by,
    )


def rotate(town: Town) -> None:
    governance.rotate(town.offer.service.id, by=town.by)


def end_agreement(town: Town) -> None:
    agreement = Agreement.objects.filter(service=town.offer.service).first()
    if agreement:
        last = max(town.day(), agreement.valid_from_date)
        governance.end_agreement(agreement.id, last_day=last, by=town.by)


def agree(town: Town) -> None:
    town.offer.agree(notice_days=5)


def decide(town: Town) -> None:
    outcome = Outcome.APPROVED if town.draw.random() < 0.8 else Outcome.REFUSED
    town.offer.decide(outcome, first=town.day())


def something_elsewhere(town: Town) -> None:
    """Another service is ordered and handed out: nothing of ours."""
    other = town.another_service()
    other.allow()
    other.assign(other.lot(), town.any(register.Group), start=town.today)


def tomorrow(town: Town) -> None:
    town.today += timedelta(days=1)
    licences.settle_days([town.today], cause="day")
    feed.append({feed.Entity.DAY: [town.offer.cast.authority.id]}, cause="day")


MOVES: list[Callable[[Town], None]] = [
    rename, protect, protect_locally, die, remove_person, join, join, begin, leave, change_group, drop_membership,
    enrol, change_enrolment, bend_group, bend_group, bend_activity, new_activity, drop_activity, tie_group,
    tie_teacher, employ, bend_duty, drop_duty, rest, rename_unit, assign, assign, withdraw, order, settle,
    decide_policy, rotate, end_agreement, agree, decide, something_elsewhere, tomorrow,
]  # fmt: skip
