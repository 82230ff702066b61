"""What the population register says of protection acts at once, and no source weakens it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from tests.cast import TODAY, Cast, person_values

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.models import FeedEntry
from kateder.core.tenancy import within
from kateder.register.api import Action, Entity, add, apply, open_changes, release_mark, shapes, take_up_marks
from kateder.register.models import Person, PopulationMark

NUMBER = "201503092387"


@pytest.fixture
def inside(cast: Cast) -> Iterator[Cast]:
    """Within the authority, Elsa with a number."""
    with within(cast.authority.id):
        Person.objects.filter(pk=cast["elsa"]).update(civic_no=NUMBER, civic_no_kind="personal")
        yield cast


def mark(marking: str = "Sekretessmarkering", *, number: str = NUMBER) -> int:
    with db.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS marked (civic_no text, marking text) ON COMMIT DROP")
        cursor.execute("TRUNCATE marked")
        cursor.execute("INSERT INTO marked VALUES (%s, %s)", [number, marking])
    return take_up_marks(today=TODAY, actor=Actor.system("test"), cause="test")


def import_elsa(cast: Cast, **values: object) -> None:
    """A source delivers Elsa, without a marking."""
    now = Person.objects.filter(pk=cast["elsa"]).values(*shapes()[Entity.PERSON].columns).get()
    with db.cursor() as cursor:
        open_changes(cursor)
        changed = {**now, "security_marking": "Ingen", **values}
        add(cursor, Entity.PERSON, action=Action.UPDATE, root_id=cast["elsa"], values=changed)
    apply(cause="import", actor=Actor.system("test"))


def marking(cast: Cast) -> str:
    return cast.person("elsa").security_marking


def test_a_new_marking_protects_the_person_and_tells_the_deliveries(inside: Cast) -> None:
    before = FeedEntry.objects.filter(ids__contains=[inside["elsa"]]).count()
    assert mark() == 1
    assert inside.person("elsa").is_protected(TODAY)
    assert FeedEntry.objects.filter(ids__contains=[inside["elsa"]]).count() > before


def test_the_same_marking_again_changes_nothing(inside: Cast) -> None:
    mark()
    before = FeedEntry.objects.count()
    assert mark() == 0
    assert FeedEntry.objects.count() == before


def test_a_source_that_knows_of_no_marking_does_not_take_it_away(inside: Cast) -> None:
    mark()
    import_elsa(inside, given_name="Elsa Maria")
    assert inside.person("elsa").given_name == "Elsa Maria"
    assert marking(inside) == "Sekretessmarkering"


def test_nor_does_a_source_that_has_lost_the_number(inside: Cast) -> None:
    mark()
    import_elsa(inside, civic_no=None, civic_no_kind=None)
    assert marking(inside) == "Sekretessmarkering"


def test_a_source_may_protect_more(inside: Cast) -> None:
    mark()
    import_elsa(inside, security_marking="Skyddad folkbokföring")
    assert marking(inside) == "Skyddad folkbokföring"


def test_a_stronger_marking_takes_the_place_of_a_weaker(inside: Cast) -> None:
    mark()
    assert mark("Skyddad folkbokföring") == 1
    assert marking(inside) == "Skyddad folkbokföring"


def test_who_comes_later_with_a_marked_number_is_protected_from_the_first_moment(inside: Cast) -> None:
    assert mark(number="201001012387") == 0
    new = uuid4()
    with db.cursor() as cursor:
        open_changes(cursor)
        values = {**person_values("olle"), "civic_no": "201001012387", "civic_no_kind": "personal"}
        add(cursor, Entity.PERSON, action=Action.CREATE, root_id=new, values=values)
    apply(cause="import", actor=Actor.system("test"))
    assert Person.objects.get(pk=new).security_marking == "Sekretessmarkering"


def test_a_removal_that_a_person_has_confirmed_ends_the_marking(inside: Cast) -> None:
    mark()
    release_mark(inside["elsa"], actor=Actor.system("test"))
    assert marking(inside) == "Ingen"
    assert not PopulationMark.objects.exists()
    import_elsa(inside)
    assert marking(inside) == "Ingen"


def test_a_neighbours_marks_are_their_own(cast: Cast, neighbours: Cast) -> None:
    with within(neighbours.authority.id):
        Person.objects.filter(pk=neighbours["elsa"]).update(civic_no=NUMBER)
    with within(cast.authority.id):
        Person.objects.filter(pk=cast["elsa"]).update(civic_no=NUMBER)
        mark()
    with within(neighbours.authority.id):
        assert neighbours.person("elsa").security_marking == "Ingen"
