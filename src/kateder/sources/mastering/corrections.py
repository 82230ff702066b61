"""A person's own word above all sources: with a reason, an author and an end, until a source says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.db import models

from kateder.core import audit, clock
from kateder.core.actors import Actor, Role
from kateder.core.errors import DomainError
from kateder.core.identifiers import NumberKind, PersonalNumber, search_key, sort_key
from kateder.register.access import may_see
from kateder.register.api import Entity
from kateder.register.models import Person
from kateder.sources.mastering import resettling
from kateder.sources.mastering.attributes import attributes
from kateder.sources.mastering.models import Closing, Correction
from kateder.sources.mastering.provenance import voices_of

Words = Mapping[str, str]
"""What a form or a command gives: {field: text}."""


class NotYoursToCorrect(DomainError):
    """Only an administrator or the school's principal may correct what a source says."""


class NotCorrectable(DomainError):
    """{attribute} cannot be corrected here."""


class ReasonMissing(DomainError):
    """Say why the source is wrong."""


class EndPassed(DomainError):
    """The last day has already passed."""


class NothingToCorrect(DomainError):
    """The source says that already."""


class BadValue(DomainError):
    """{attribute} cannot be that."""


class AlreadyClosed(DomainError):
    """This correction is over already."""


def _name(words: Words, today: date) -> dict[str, object]:
    given, middle, family = (words.get(field, "").strip() for field in ("given_name", "middle_name", "family_name"))
    if not given or not family or max(map(len, (given, middle, family))) > 200:
        raise BadValue(attribute="name")
    return {
        "given_name": given,
        "middle_name": middle or None,
        "family_name": family,
        "sort_key": f"{sort_key(family)} {sort_key(given)}",
        "search_key": search_key(given) + search_key(family),
    }


def _number(words: Words, today: date) -> dict[str, object]:
    number = PersonalNumber.parse(words.get("civic_no", ""), today=today)
    if number.kind is NumberKind.INVALID:
        raise BadValue(attribute="civic_no")
    return {"civic_no": number.value, "civic_no_kind": number.kind.value}


def _birth(words: Words, today: date) -> dict[str, object]:
    try:
        born = date.fromisoformat(words.get("birth_date", "").strip())
    except ValueError:
        raise BadValue(attribute="birth_date") from None
    if born > today:
        raise BadValue(attribute="birth_date")
    return {"birth_date": born.isoformat()}


def _texts(column: str, types: str | None = None) -> Callable[[Words, date], dict[str, object]]:
    def texts(words: Words, today: date) -> dict[str, object]:
        values = [text.strip() for text in words.get(column, "").replace("\n", ",").split(",") if text.strip()]
        if not values or max(map(len, values)) > 200:
            raise BadValue(attribute=column)
        read: dict[str, object] = {column: values}
        return read | ({types: []} if types else {})

    return texts


CORRECTABLE: Final[Mapping[str, Callable[[Words, date], dict[str, object]]]] = {
    "name": _name,
    "civic_no": _number,
    "birth_date": _birth,
    "emails": _texts("emails", "email_types"),
    "edu_person_principal_names": _texts("edu_person_principal_names"),
    "phone_numbers": _texts("phone_numbers", "phone_types"),
}
"""What of a person can be corrected. A protection marking is not: the authority protects by a decision of its own."""


def correct(
    person_id: UUID, attribute: str, *, words: Words, reason: str, end_date: date | None, today: date, actor: Actor
) -> Correction:
    """Say what an attribute of a person is, at once and over every import. Last in its transaction.

    `end_date` is its last day; None until a source agrees. A newer correction replaces an older one. Raises
    NotYoursToCorrect, NotCorrectable, BadValue, ReasonMissing, EndPassed or NothingToCorrect.
    """
    _allow(person_id, today=today, actor=actor)
    if attribute not in CORRECTABLE:
        raise NotCorrectable(attribute=attribute)
    if not reason.strip():
        raise ReasonMissing
    if end_date is not None and end_date < today:
        raise EndPassed
    known = set(attributes(Entity.PERSON)[attribute].columns)
    value = {column: one for column, one in CORRECTABLE[attribute](words, today).items() if column in known}
    if _holds_already(person_id, attribute, value):
        raise NothingToCorrect
    _open(person_id, attribute).update(closed_at=clock.now(), closed_why=Closing.REPLACED, closed_by=actor.label)
    made = Correction.objects.create(
        entity=Entity.PERSON.value, root_id=person_id, attribute=attribute, value=value, reason=reason.strip()[:300],
        made_by=actor.label, made_at=clock.now(), end_date=end_date,
    )  # fmt: skip
    _note("mastering.corrected", made, actor=actor)
    resettling.resettle(Entity.PERSON, roots=[person_id], cause="correction", actor=actor)
    return made


def withdraw(correction_id: UUID, *, today: date, actor: Actor) -> Correction:
    """Let the sources decide again. Last in its transaction. Raises NotYoursToCorrect or AlreadyClosed."""
    made = Correction.objects.select_for_update().get(pk=correction_id)
    _allow(made.root_id, today=today, actor=actor)
    if made.closed_at is not None:
        raise AlreadyClosed
    _close(made, why=Closing.WITHDRAWN, actor=actor)
    resettling.resettle(Entity(made.entity), roots=[made.root_id], cause="correction", actor=actor)
    return made


def end_passed(*, today: date, actor: Actor) -> int:
    """End the corrections whose last day was before today; gives how many. Last in its transaction."""
    over = list(Correction.objects.select_for_update().filter(closed_at=None, end_date__lt=today))
    for made in over:
        _close(made, why=Closing.ENDED, actor=actor)
    for entity in {Entity(made.entity) for made in over}:
        roots = [made.root_id for made in over if made.entity == entity.value]
        resettling.resettle(entity, roots=roots, cause="correction", actor=actor)
    return len(over)


def _allow(person_id: UUID, *, today: date, actor: Actor) -> None:
    decides = actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SYSTEM)
    if not decides or not may_see(actor, person_id, today=today):
        audit.refuse("person.correction_refused", actor=actor, subject_type="person", subject_id=person_id)
        raise NotYoursToCorrect


def _holds_already(person_id: UUID, attribute: str, value: Mapping[str, object]) -> bool:
    """Whether what would hold without corrections is the same already."""
    said = voices_of(Entity.PERSON, person_id, attribute=attribute)
    heard = next((voice.value for voice in said if voice.rank is not None), None)
    if heard is None:
        columns = Person.objects.filter(pk=person_id).values(*value).get()
        heard = {name: one.isoformat() if isinstance(one, date) else one for name, one in columns.items()}
        if _open(person_id, attribute).exists():
            return False
    return _spoken(heard) == _spoken(value)


def _spoken(value: Mapping[str, object]) -> dict[str, object]:
    return {name: one for name, one in value.items() if one not in (None, [])}


def _open(person_id: UUID, attribute: str) -> models.QuerySet[Correction]:
    return Correction.objects.filter(entity=Entity.PERSON.value, root_id=person_id, attribute=attribute, closed_at=None)


def _close(made: Correction, *, why: Closing, actor: Actor) -> None:
    made.closed_at, made.closed_why, made.closed_by = clock.now(), why, actor.label
    made.save(update_fields=["closed_at", "closed_why", "closed_by"])
    _note("mastering.correction_closed", made, actor=actor)


def _note(event: str, made: Correction, *, actor: Actor) -> None:
    audit.record(
        event, actor=actor, subject_type=made.entity, subject_id=made.root_id, attribute=made.attribute,
        correction=made.pk,
    )  # fmt: skip
