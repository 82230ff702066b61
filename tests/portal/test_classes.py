"""The list of classes shows the groups of one's own duties, school or authority, and no others."""

from __future__ import annotations

from uuid import uuid4

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.register.api import Action, Entity, add, apply, open_changes
from tests.cast import TODAY, Cast
from tests.portal.visits import text_of, visit


def test_teacher_sees_the_classes_of_own_duties_only(cast: Cast) -> None:
    page = text_of(visit(cast, "tove"), "/klasser/")
    assert ">5B</a>" in page
    assert "2 elever · Björkskolan" in page
    assert ">6A</a>" not in page
    assert ">9C</a>" not in page


def test_principal_sees_the_classes_of_the_school(cast: Cast) -> None:
    page = text_of(visit(cast, "petra"), "/klasser/")
    assert ">5B</a>" in page
    assert ">6A</a>" in page
    assert ">9C</a>" not in page


def test_administrator_finds_a_class_by_the_beginning_of_its_name(cast: Cast) -> None:
    page = text_of(visit(cast, "alva"), "/klasser/?q=9c")
    assert ">9C</a>" in page
    assert ">5B</a>" not in page


def test_subject_is_shown_where_a_group_has_one(cast: Cast) -> None:
    assert "Matematik" in text_of(visit(cast, "tove"), "/klasser/")


def test_teacher_who_studies_sees_no_classmates(cast: Cast) -> None:
    """Tove takes a course with Nils, at a school where she does not teach."""
    with within(cast.authority.id), db.cursor() as cursor:
        open_changes(cursor)
        place = {"person_id": cast["tove"], "enroled_at_id": cast["lund"], "school_type": "VUX", "start_date": TODAY}
        seat = {"person_id": cast["tove"], "group_id": cast["class_9c"], "start_date": TODAY}
        add(cursor, Entity.ENROLMENT, action=Action.CREATE, root_id=uuid4(), values=place | {"cancelled": False})
        add(cursor, Entity.MEMBERSHIP, action=Action.CREATE, root_id=uuid4(), values=seat)
        apply(cause="test", actor=Actor.system("test"))
    tove = visit(cast, "tove")
    assert ">9C</a>" not in text_of(tove, "/klasser/")
    text_of(tove, f"/klasser/{cast['class_9c']}/", status=404)
    text_of(tove, f"/klasser/{cast['class_9c']}/dela-ut/", status=404)
