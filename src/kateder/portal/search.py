"""Search as you type, over the stored keys: a range on an index, also behind row-level security."""

from django.db.models import Case, F, Q, QuerySet, Value, When

from kateder.core.actors import Actor, Role
from kateder.core.identifiers import search_key, sort_key
from kateder.register.models import Person
from kateder.register.models.people import UNMARKED

LAST = "~"  # sorts after every character of a key
IN_CLEAR = Q(security_marking=UNMARKED, local_protection=False)


def named(persons: QuerySet[Person], *, text: str, actor: Actor) -> QuerySet[Person]:
    """Those whose name begins with the text, given name first or family name first; all of them for no text.

    Who would only see "protected identity" cannot find that person by name either.
    """
    key, family_first = search_key(text), sort_key(text)
    if not key:
        return _in_order(persons, actor=actor)
    found = Q(search_key__gte=key, search_key__lt=key + LAST)
    found |= Q(sort_key__gte=family_first, sort_key__lt=family_first + LAST)
    persons = persons.filter(found)
    if actor.has(Role.ADMINISTRATOR):
        persons = persons.filter(IN_CLEAR)
    return persons.order_by("sort_key", "pk")


def _in_order(persons: QuerySet[Person], *, actor: Actor) -> QuerySet[Person]:
    """By name. Where a name is not shown, its place among the others would tell how it begins: those come last."""
    if not actor.has(Role.ADMINISTRATOR):
        return persons.order_by("sort_key", "pk")
    is_hidden = Case(When(IN_CLEAR, then=Value(0)), default=Value(1))
    return persons.order_by(is_hidden, Case(When(IN_CLEAR, then=F("sort_key"))), "pk")
