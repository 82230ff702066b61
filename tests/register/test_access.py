"""Nobody sees more than their own (domain rule 6)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.cast import SPRING, TODAY, Cast

from kateder.core import db
from kateder.core.actors import Actor, Role
from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from kateder.register import access
from kateder.register.api import Action, Entity, add, apply, open_changes, set_local_protection
from kateder.register.models import Duty, Guardianship

STAFF_AND_PUPILS_OF_BJORK = {"elsa", "sami", "olle", "tove", "petra", "gustav"}


def seen_by(cast: Cast, name: str, *, today: date = TODAY) -> set[str]:
    names: dict[UUID, str] = {root: name for name, root in cast.ids.items()}
    return {names[person.pk] for person in access.visible_persons(cast.actor(name, today=today), today=today)}


def change(entity: Entity, root_id: UUID, **values: object) -> None:
    """Update a row, keeping what is not named."""
    from kateder.register.entities import _MODELS, shapes

    columns = list(shapes()[entity].columns)
    kept = _MODELS[entity]._default_manager.filter(pk=root_id).values(*columns).get()
    with db.cursor() as cursor:
        open_changes(cursor)
        add(cursor, entity, action=Action.UPDATE, root_id=root_id, values=kept | values)
    apply(cause="test", actor=Actor.system("test"))


@pytest.mark.usefixtures("tenant")
class TestVisiblePersons:
    def test_a_pupil_sees_only_themselves(self, cast: Cast) -> None:
        assert seen_by(cast, "elsa") == {"elsa"}

    def test_a_teacher_sees_the_groups_of_their_own_duties(self, cast: Cast) -> None:
        assert seen_by(cast, "tove") == {"elsa", "sami", "tove"}
        assert seen_by(cast, "ture") == {"nils", "ture"}

    def test_a_principal_sees_the_pupils_staff_and_guardians_of_the_unit(self, cast: Cast) -> None:
        assert seen_by(cast, "petra") == STAFF_AND_PUPILS_OF_BJORK

    def test_a_guardian_sees_their_child(self, cast: Cast) -> None:
        assert seen_by(cast, "gustav") == {"elsa", "gustav"}

    def test_an_administrator_sees_the_authority(self, cast: Cast) -> None:
        assert len(seen_by(cast, "alva")) == 8

    def test_a_user_without_person_and_role_sees_nobody(self, cast: Cast) -> None:
        nobody = Actor(cast.authority.id, uuid4(), None, frozenset(), "user:x")
        assert not access.visible_persons(nobody, today=TODAY).exists()

    def test_a_teacher_sees_nobody_the_day_after_the_duty_ended(self, cast: Cast) -> None:
        change(Entity.DUTY, cast["duty_tove"], end_date=TODAY)
        assert "elsa" in seen_by(cast, "tove", today=TODAY)
        assert seen_by(cast, "tove", today=TODAY + timedelta(days=1)) == {"tove"}

    def test_a_pupil_who_left_the_group_is_no_longer_seen(self, cast: Cast) -> None:
        change(Entity.MEMBERSHIP, cast["membership_elsa"], end_date=TODAY - timedelta(days=1))
        assert seen_by(cast, "tove") == {"sami", "tove"}

    def test_a_blocked_guardian_sees_only_themselves(self, cast: Cast) -> None:
        change(Entity.GUARDIANSHIP, cast["guardianship"], blocked=True, block_reason="Beslut")
        assert seen_by(cast, "gustav") == {"gustav"}

    def test_a_parent_without_custody_sees_only_themselves(self, cast: Cast) -> None:
        change(Entity.GUARDIANSHIP, cast["guardianship"], relation_type="Förälder")
        assert seen_by(cast, "gustav") == {"gustav"}

    def test_a_guardians_access_ends_on_the_eighteenth_birthday(self, cast: Cast) -> None:
        actor = cast.actor("gustav")
        birthday = date(2033, 3, 9)
        assert access.may_see(actor, cast["elsa"], today=birthday - timedelta(days=1))
        assert not access.may_see(actor, cast["elsa"], today=birthday)

    def test_one_guardian_never_sees_the_other(self, cast: Cast) -> None:
        other = uuid4()
        with db.cursor() as cursor:
            open_changes(cursor)
            tie = {"child_id": cast["elsa"], "guardian_id": cast["olle"], "relation_type": "Vårdnadshavare"}
            add(cursor, Entity.GUARDIANSHIP, action=Action.CREATE, root_id=other, values={**tie, "blocked": False})
        apply(cause="test", actor=Actor.system("test"))
        assert Guardianship.objects.count() == 2
        assert "olle" not in seen_by(cast, "gustav")


@pytest.mark.usefixtures("tenant")
class TestRoles:
    @pytest.mark.parametrize(
        ("name", "roles"),
        [
            ("elsa", {Role.PUPIL}),
            ("tove", {Role.TEACHER}),
            ("petra", {Role.PRINCIPAL}),
            ("gustav", {Role.GUARDIAN}),
            ("alva", {Role.ADMINISTRATOR}),
        ],
    )
    def test_roles_follow_from_the_register(self, cast: Cast, name: str, roles: set[Role]) -> None:
        assert cast.actor(name).roles == roles

    def test_a_role_ends_with_its_dates(self, cast: Cast) -> None:
        assert cast.actor("elsa", today=SPRING).roles == {Role.PUPIL}
        assert cast.actor("elsa", today=SPRING + timedelta(days=1)).roles == frozenset()

    def test_one_person_wears_several_hats(self, cast: Cast) -> None:
        with db.cursor() as cursor:
            open_changes(cursor)
            duty = {"person_id": cast["gustav"], "duty_at_id": cast["lund"], "duty_role": "Lärare"}
            values = {**duty, "start_date": TODAY}
            add(cursor, Entity.DUTY, action=Action.CREATE, root_id=uuid4(), values=values)
        apply(cause="test", actor=Actor.system("test"))
        assert cast.actor("gustav").roles == {Role.GUARDIAN, Role.TEACHER}
        assert Duty.objects.count() == 4


class TestLooks:
    def test_a_refused_look_is_audited_though_the_request_is_rolled_back(
        self, cast: Cast, owner: psycopg.Connection[tuple[object, ...]]
    ) -> None:
        with pytest.raises(access.NotYours), within(cast.authority.id):
            access.look_at(cast.actor("tove"), cast["nils"], today=TODAY, purpose="test")
        assert self.events(owner, cast) == [("person.refused", str(cast["nils"]))]

    def test_every_look_at_a_protected_person_is_audited(
        self, cast: Cast, owner: psycopg.Connection[tuple[object, ...]]
    ) -> None:
        with within(cast.authority.id):
            access.look_at(cast.actor("tove"), cast["sami"], today=TODAY, purpose="test")
            access.look_at(cast.actor("tove"), cast["elsa"], today=TODAY, purpose="test")
        assert self.events(owner, cast) == [("person.protected_seen", str(cast["sami"]))]

    def test_nobody_can_look_across_authorities(self, cast: Cast, neighbours: Cast) -> None:
        with within(cast.authority.id), pytest.raises(access.NotYours):
            access.look_at(cast.actor("alva"), neighbours["elsa"], today=TODAY, purpose="test")

    @staticmethod
    def events(owner: psycopg.Connection[tuple[object, ...]], cast: Cast) -> list[tuple[object, ...]]:
        query = "SELECT event, subject_id FROM core_auditevent WHERE authority_id = %s AND event LIKE 'person.%%'"
        return owner.execute(query, [cast.authority.id]).fetchall()


@pytest.mark.usefixtures("tenant")
class TestProtection:
    def test_a_protected_name_is_in_clear_only_to_those_who_meet_the_person(self, cast: Cast) -> None:
        sami = cast.person("sami")
        assert access.shown_name(sami, cast.actor("tove"), today=TODAY) == "Sami Virtanen"
        assert "Sami" not in access.shown_name(sami, cast.actor("alva"), today=TODAY)

    def test_local_protection_holds_through_its_last_day(self, cast: Cast) -> None:
        set_local_protection(cast["elsa"], protected=True, rule="alias", until=TODAY, actor=cast.actor("petra"))
        elsa = cast.person("elsa")
        assert elsa.is_protected(TODAY)
        assert not elsa.is_protected(TODAY + timedelta(days=1))

    def test_a_teacher_may_not_decide_on_protection(self, cast: Cast) -> None:
        from kateder.register.api import NotYoursToProtect

        with pytest.raises(NotYoursToProtect):
            set_local_protection(cast["elsa"], protected=True, actor=cast.actor("tove"))

    def test_a_principal_decides_on_protection_for_the_own_school_only(self, cast: Cast) -> None:
        from kateder.register.api import NotYoursToProtect

        with pytest.raises(NotYoursToProtect):
            set_local_protection(cast["nils"], protected=False, actor=cast.actor("petra"))

    def test_a_decision_on_protection_is_audited_by_id_only(self, cast: Cast) -> None:
        set_local_protection(cast["elsa"], protected=True, rule="alias", actor=cast.actor("petra"))
        event = AuditEvent.objects.get(event="person.protection")
        assert event.subject_id == str(cast["elsa"])
