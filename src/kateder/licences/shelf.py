"""What a person has on the shelf today, and what stands in the way of each thing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Resource, ResourceKind, Service
from kateder.governance.api import Holder, Reason, obstacles
from kateder.licences.pools import Pool, pools
from kateder.licences.reach import Reach
from kateder.register.models import Enrolment


class ShelfState(StrEnum):
    """Whether a thing on the shelf can be opened."""

    READY = "ready"
    STOPPED = "stopped"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class ShelfItem:
    """One resource on somebody's shelf. `reason` is empty when nothing stands in the way."""

    resource: Resource
    service: Service | None
    state: ShelfState
    reason: str | Promise = ""


NO_SEAT = _("there is no licence left")


def resources_for(person_id: UUID, *, today: date) -> list[ShelfItem]:
    """List what one person has today, by title; what has been assigned but cannot be opened is there too."""
    return resources_for_people([person_id], today=today)[person_id]


def resources_for_people(people: Collection[UUID], *, today: date) -> dict[UUID, list[ShelfItem]]:
    """Give the shelf of each person, for a class page: one question however many they are."""
    at_hand = _AtHand(people, today)
    found: dict[UUID, dict[UUID, ShelfItem]] = {person_id: {} for person_id in people}
    for pool in pools(today=today, people=people):
        for reach in pool.reaches:
            shelf = found[reach.person_id]
            for resource in at_hand.resources_of(pool, reach):
                known = shelf.get(resource.id)
                if known is None or known.state is ShelfState.STOPPED:
                    shelf[resource.id] = at_hand.item(pool, reach, resource)
        for person_id, resource in at_hand.leaving(pool):
            found[person_id].setdefault(resource.id, at_hand.shown(person_id, resource))
    return {
        person_id: sorted(shelf.values(), key=lambda item: (item.resource.title, item.resource.id))
        for person_id, shelf in found.items()
    }


class _AtHand:
    """What a shelf is built from, read once."""

    def __init__(self, people: Collection[UUID], today: date) -> None:
        self._people, self._today = people, today
        self._resources = {one.id: one for one in Resource.objects.select_related("service", "provider")}
        self._on_service: defaultdict[UUID, list[Resource]] = defaultdict(list)
        for resource in self._resources.values():
            if resource.service_id is not None:
                self._on_service[resource.service_id].append(resource)
        self._obstacles: dict[UUID, dict[UUID, Reason]] = {}
        self._years = _years(people, today)

    def resources_of(self, pool: Pool, reach: Reach) -> Iterator[Resource]:
        """Give the resources that a reach opens; a whole service is narrowed to the pupil's year."""
        lot = pool.lots[reach.lot_id] if reach.lot_id is not None else None
        service_id = lot.service_id if lot else None
        for resource in self.of_lot(lot.resource_id if lot else reach.resource_id, service_id):
            if service_id is None or reach.role is Holder.TEACHER or self._fits(reach.person_id, resource):
                yield resource

    def leaving(self, pool: Pool) -> Iterator[tuple[UUID, Resource]]:
        """Give what those have whom nothing reaches any more, but whose seat is theirs for a grace period."""
        reached = {reach.person_id for reach in pool.reaches}
        for person_id, lot_id in pool.seating.seated.items():
            if person_id not in reached:
                lot = pool.lots[lot_id]
                yield from ((person_id, one) for one in self.of_lot(lot.resource_id, lot.service_id))

    def of_lot(self, resource_id: UUID | None, service_id: UUID | None) -> list[Resource]:
        """Give the one resource, or all of the service."""
        if resource_id is not None:
            return [self._resources[resource_id]]
        return self._on_service[service_id] if service_id is not None else []

    def item(self, pool: Pool, reach: Reach, resource: Resource) -> ShelfItem:
        """Build the item of one reach."""
        if not pool.opens(reach):
            return ShelfItem(resource, resource.service, ShelfState.STOPPED, NO_SEAT)
        return self.shown(reach.person_id, resource)

    def shown(self, person_id: UUID, resource: Resource) -> ShelfItem:
        """Build the item of somebody who has a seat or needs none."""
        service = resource.service
        if service is None:
            printed = resource.kind in {ResourceKind.PRINTED, ResourceKind.HYBRID}
            return ShelfItem(resource, None, ShelfState.PRINTED if printed else ShelfState.READY)
        if reason := self._stopped(person_id, service.id):
            return ShelfItem(resource, service, ShelfState.STOPPED, reason.label)
        return ShelfItem(resource, service, ShelfState.READY)

    def _stopped(self, person_id: UUID, service_id: UUID) -> Reason | None:
        if service_id not in self._obstacles:
            self._obstacles[service_id] = obstacles(service_id, people=self._people, today=self._today)
        return self._obstacles[service_id].get(person_id)

    def _fits(self, person_id: UUID, resource: Resource) -> bool:
        years = self._years.get(person_id)
        if not years or resource.from_year is None or resource.to_year is None:
            return True
        return any(resource.from_year <= year <= resource.to_year for year in years)


def _years(people: Collection[UUID], today: date) -> Mapping[UUID, set[int]]:
    years: defaultdict[UUID, set[int]] = defaultdict(set)
    rows = Enrolment.objects.filter(
        person_id__in=people, cancelled=False, school_year__isnull=False, start_date__lte=today
    ).exclude(end_date__lt=today)
    for person_id, year in rows.values_list("person_id", "school_year"):
        if year is not None:
            years[person_id].add(year)
    return years
