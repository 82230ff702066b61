"""The shelf: what I opened last, then everything by subject; found by typing, opened by one click."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.identifiers import sort_key
from kateder.licences.api import resources_for
from kateder.portal.books import Book, books_of
from kateder.portal.doors import Asked, door
from kateder.protocols.ss12000.school_years import stage
from kateder.provisioning.api import results_of_person
from kateder.register.api import enrolments_of, groups_of
from kateder.register.models import Enrolment, Person
from kateder.signin.api import last_opened

ONE_GLANCE = 18
"""So few covers need no headings: the subject stands under each."""

SEARCHABLE = 8
"""So few covers are seen at a glance; a search field would only be in the way."""

NEVER = datetime.min.replace(tzinfo=UTC)
YOUNG_FORMS = frozenset({"FS", "FKLASS"})
"""School forms in which the shelf is pictures, few choices and big targets, whatever the year says."""
YOUNG_STAGE = 3
"""So many school years may one have behind oneself elsewhere: årskurs 3, from autumn 2028 årskurs 4."""


@door(Role.PUPIL, Role.TEACHER)
def shelf(request: Asked) -> HttpResponse:
    """One's own shelf."""
    person_id = request.actor.person_id
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    if person is None or person_id is None:
        return render(request, "portal/nothing.html")
    items = resources_for(person_id, today=request.today)
    books = books_of(items, person_id=person_id, opened=last_opened(person_id))
    enrolments = list(enrolments_of(person_id, today=request.today))
    text = request.GET.get("q", "").strip()
    found = matching(books, text)
    young = is_young(enrolments, today=request.today)
    first = None if text or young else _opened_last(books)
    rest = [book for book in found if first is None or book.id != first.id]
    context = {
        "name": person.given_name,
        "line": _line(person_id, request),
        "q": text,
        "young": young,
        "shows_results": request.actor.has(Role.PUPIL) and not young and results_of_person(person_id).exists(),
        "searchable": len(books) > SEARCHABLE and not young,
        "first": first,
        "sections": few(rest) if young else sections(rest),
    }
    return render(request, "portal/shelf/shelf.html", context)


def matching(books: Sequence[Book], text: str) -> list[Book]:
    """The books in whose title or subject some word begins with the text."""
    key = sort_key(text)
    return [one for one in books if f" {key}" in f" {sort_key(f'{one.title} {one.subject}')}"]


def sections(books: Sequence[Book]) -> list[tuple[str, list[Book]]]:
    """The books by subject in Swedish order, those without a subject last; a short shelf under one heading."""
    in_order = sorted(books, key=lambda one: (not one.subject, sort_key(one.subject), sort_key(one.title)))
    if len(in_order) <= ONE_GLANCE:
        return [(gettext("My resources"), in_order)] if in_order else []
    found: dict[str, list[Book]] = {}
    for one in in_order:
        found.setdefault(one.subject or gettext("Other"), []).append(one)
    return list(found.items())


def few(books: Sequence[Book]) -> list[tuple[str, list[Book]]]:
    """Only what opens, without headings: to one who cannot read, a cover that does nothing is a riddle."""
    opens = [one for one in books if one.can_open]
    return [("", sorted(opens, key=lambda one: (sort_key(one.subject), sort_key(one.title))))] if opens else []


def is_young(enrolments: Sequence[Enrolment], *, today: date) -> bool:
    """Whether the shelf is for one who cannot be asked to read: the first four years of compulsory school."""
    return bool(enrolments) and all(_is_young_in(one, today=today) for one in enrolments)


def _is_young_in(enrolment: Enrolment, *, today: date) -> bool:
    if enrolment.school_type in YOUNG_FORMS:
        return True
    behind = stage(enrolment.school_type, enrolment.school_year or 0, on=today)
    return behind is not None and behind <= YOUNG_STAGE


def _opened_last(books: Sequence[Book]) -> Book | None:
    opened = [one for one in books if one.opened_at is not None and one.can_open]
    return max(opened, key=lambda one: one.opened_at or NEVER, default=None)


def _line(person_id: UUID, request: Asked) -> str:
    classes = groups_of(person_id, today=request.today).filter(group_type="Klass")
    names = list(classes.values_list("display_name", flat=True)[:3])
    return " · ".join([weekday(request.today), *names])


def weekday(today: date) -> str:
    """Monday 23 November."""
    text = formats.date_format(today, "l j F")
    return text[:1].upper() + text[1:]
