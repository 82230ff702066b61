"""What looks like a mistake waits for a person, and people stay who they are."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from tests.sources.conftest import GENEROUS, TODAY, AddSource, Run
from tests.sources.folder import Folder

from kateder.core import feed
from kateder.core.actors import Actor
from kateder.core.models import Authority, PlanState
from kateder.core.plans import PlanNotOpen
from kateder.core.tenancy import within
from kateder.register import api as register
from kateder.register.models import Person
from kateder.sources import api
from kateder.sources.errors import NotApproved, PlanOutdated
from kateder.sources.models import RunState, Snapshot, SourceRun

PARTS = ("enrolments", "memberships", "duties", "activities")


def root(authority: Authority, given_name: str) -> UUID:
    with within(authority.id):
        return UUID(str(Person.objects.get(given_name=given_name).pk))


def renamed(folder: Folder, file: str = "persons") -> None:
    """The same people under new identifiers, everywhere."""
    for row in folder.files[file]:
        old, row["id"] = row["id"], f"new-{row['id']}"
        for other in (*PARTS, "guardians"):
            for line in folder.files.get(other, ()):
                if line.get("person") == old:
                    line["person"] = row["id"]


def emptied(folder: Folder) -> None:
    """A file with nothing below its header."""
    header = ",".join(folder.row("persons"))
    folder.files.pop("persons")
    (folder.path / "persons.csv").write_text(f"{header}\n")


def blank(folder: Folder) -> None:
    """A file of no bytes."""
    folder.files.pop("persons")
    (folder.path / "persons.csv").write_bytes(b"")


def half_renamed(folder: Folder) -> None:
    """New identifiers in one file, while all others keep the old ones."""
    for row in folder.files["persons"]:
        row["id"] = f"new-{row['id']}"


MISTAKES = {"header only": emptied, "empty": blank, "new ids": renamed, "new ids in one file": half_renamed}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_of_the_source_waits_for_a_person(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run, mistake: Callable[[Folder], None]
) -> None:
    source = add_source(GENEROUS | {"bad_rows": 0, "bad_share": 0.0})
    run(source)
    mistake(folder)
    held = run(source)
    assert held.state == RunState.WAITING
    assert held.plan is not None
    assert {hit["measure"] for hit in held.plan.held_by} >= {"emptied"}
    with within(authority.id):
        assert Person.objects.count() == 3


def test_the_same_people_under_new_identifiers_keep_their_root_ids_by_number(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    elsa, sami = root(authority, "Elsa"), root(authority, "Sami")
    renamed(folder)
    held = run(source)
    assert held.plan is not None
    with within(authority.id):
        api.approve_plan(held.plan.pk, actor=actor)
    applied = api.apply_plan(held.plan.pk, actor=actor)
    assert applied.counts["recognised"] == 2
    assert root(authority, "Elsa") == elsa
    assert root(authority, "Sami") != sami  # has no number to be recognised by
    with within(authority.id):
        assert Person.objects.get(pk=elsa).enrolments.count() == 1


def test_a_number_that_two_persons_have_recognises_nobody(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    elsa = root(authority, "Elsa")
    twin = folder.row("persons") | {"id": "twin", "givenName": "Ella"}
    folder.files["persons"].append(twin)
    run(source)
    assert root(authority, "Ella") != elsa == root(authority, "Elsa")


def test_who_became_protected_is_protected_at_once_though_the_plan_waits(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    run(source := add_source())
    for row in folder.files["persons"]:
        row["securityMarking"] = "Sekretessmarkering" if row["id"] == "elsa" else ""
        row["familyName"] = "Ny"
    folder.remove("persons", id="tove")
    folder.files["duties"][0]["person"] = "sami"
    with within(authority.id):
        api.set_limits(source.pk, limits={"max_count": 1}, approve_automatically=True, actor=actor)
        start = feed.position()
    held = run(source)
    assert held.state == RunState.WAITING
    with within(authority.id):
        elsa = Person.objects.get(given_name="Elsa")
        assert (elsa.security_marking, elsa.family_name) == ("Sekretessmarkering", "Åberg")
        assert [(change.entity, change.ids) for change in feed.since(start)] == [("person", (elsa.pk,))]
        assert held.plan is not None
        api.approve_plan(held.plan.pk, actor=actor)
    api.apply_plan(held.plan.pk, actor=actor)
    with within(authority.id):
        elsa.refresh_from_db()
        assert (elsa.security_marking, elsa.family_name) == ("Sekretessmarkering", "Ny")


def test_a_marking_that_was_a_mistake_is_taken_back_by_the_next_reading(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    for waits, marking in ((True, "Sekretessmarkering"), (True, "Sekretessmarkering"), (False, "Ingen")):
        with within(authority.id):
            api.set_limits(source.pk, limits=GENEROUS, approve_automatically=not waits, actor=actor)
        for row in folder.files["persons"]:
            row["securityMarking"] = marking if row["id"] == "sami" else "Ingen"
        run(source)
        with within(authority.id):
            assert Person.objects.get(given_name="Sami").security_marking == marking
    assert run(source).state == RunState.UNCHANGED


def test_a_source_that_marks_everybody_waits_for_a_person(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    with within(authority.id):
        api.set_limits(source.pk, limits={"max_count": 2}, approve_automatically=True, actor=actor)
    for row in folder.files["persons"]:
        row["securityMarking"] = "Sekretessmarkering"
    assert run(source).state == RunState.WAITING
    with within(authority.id):
        assert set(Person.objects.values_list("security_marking", flat=True)) == {"Ingen"}


def test_a_marking_that_is_taken_away_waits_with_the_plan(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    for row in folder.files["persons"]:
        row["securityMarking"] = "Sekretessmarkering"
    source = add_source(GENEROUS | {"max_count": 1000}, automatically=True)
    run(source)
    for row in folder.files["persons"]:
        row["securityMarking"] = "Ingen"
    with within(authority.id):
        type(source).objects.update(approve_automatically=False)
    assert run(source).state == RunState.WAITING
    with within(authority.id):
        assert set(Person.objects.values_list("security_marking", flat=True)) == {"Sekretessmarkering"}


def test_who_comes_back_under_the_same_key_is_the_same_root(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    before = root(authority, "Sami")
    kept = {name: list(rows) for name, rows in folder.files.items()}
    for file in ("enrolments", "memberships"):
        folder.remove(file, person="sami")
    folder.remove("persons", id="sami")
    assert run(source).state == RunState.APPLIED
    with within(authority.id):
        assert not Person.objects.filter(given_name="Sami").exists()
    folder.files = kept
    run(source)
    assert root(authority, "Sami") == before
    with within(authority.id):
        assert Person.objects.get(pk=before).memberships.count() == 1


def test_every_plan_waits_where_the_authority_wants_to_be_asked(add_source: AddSource, run: Run) -> None:
    assert run(add_source(automatically=False)).state == RunState.WAITING


def test_a_dry_run_changes_nothing_and_shows_the_difference(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    folder.row("persons", 2)["familyName"] = "Sand"
    folder.write()
    tried = api.preview(source.pk, actor=actor, today=TODAY)
    assert tried.run.state == RunState.PREVIEWED
    assert [(row.action, row.label, row.changes) for row in tried.rows] == [
        ("update", "Tove Sand", {"family_name": ["Lind", "Sand"]})
    ]
    with within(authority.id):
        assert Person.objects.get(given_name="Tove").family_name == "Lind"


def test_a_plan_names_what_a_row_points_at(actor: Actor, folder: Folder, add_source: AddSource, run: Run) -> None:
    source = add_source()
    folder.files["groups"].append(folder.row("groups") | {"id": "6a", "displayName": "6A"})
    run(source)
    folder.row("organisations", 1)["displayName"] = "Björkskolan 1"
    folder.row("duties")["dutyAt"] = "o1"
    folder.row("activities")["groups"] = "5b|6a"
    folder.write()
    rows = {row.entity: row.changes for row in api.preview(source.pk, actor=actor, today=TODAY).rows}
    assert rows == {
        "organisation": {"display_name": ["Björkskolan", "Björkskolan 1"]},
        "duty": {"duty_at": ["Björkskolan", "Björkviken"]},
        "activity": {"organisation": ["Björkskolan", "Björkskolan 1"], "groups": [["5B"], ["5B", "6A"]]},
    }


def test_a_plan_shows_no_name_of_a_protected_person(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    for row in folder.files["persons"]:
        row["securityMarking"] = "Sekretessmarkering" if row["id"] == "sami" else ""
    folder.write()
    (line,) = api.preview(source.pk, actor=actor, today=TODAY).rows
    assert (line.label, line.changes) == ("***", {"security_marking": ["***", "***"]})


def test_a_plan_shows_no_name_of_whom_the_authority_itself_protects(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    with within(authority.id):
        register.set_local_protection(Person.objects.get(given_name="Elsa").pk, protected=True, actor=actor)
    folder.row("persons")["emails"] = "åberg@x.example"
    folder.write()
    (line,) = api.preview(source.pk, actor=actor, today=TODAY).rows
    assert (line.label, line.changes) == ("***", {"emails": ["***", "***"]})


def test_a_plan_shows_no_name_of_a_protected_person_who_comes_under_a_new_key(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    with within(authority.id):
        register.set_local_protection(Person.objects.get(given_name="Elsa").pk, protected=True, actor=actor)
    for file, column in (("persons", "id"), ("enrolments", "person"), ("memberships", "person")):
        for row in folder.files[file]:
            row[column] = row[column].replace("elsa", "new")
    folder.write()
    rows = api.preview(source.pk, actor=actor, today=TODAY).rows
    assert {(row.label, row.group_label) for row in rows} == {("***", "")}


def test_a_plan_shows_neither_school_class_nor_guardian_of_a_protected_person(
    actor: Actor, folder: Folder, add_source: AddSource
) -> None:
    for row in folder.files["persons"]:
        row["securityMarking"] = "Sekretessmarkering" if row["id"] == "sami" else ""
    folder.files["guardians"] = [
        {"child": "sami", "guardian": "tove", "relationType": "Vårdnadshavare", "startDate": "2020-01-01"}
    ]
    folder.write()
    rows = api.preview(add_source().pk, actor=actor, today=TODAY).rows
    of_sami = [row for row in rows if row.label == "***"]
    assert sorted(row.entity for row in of_sami) == ["enrolment", "guardianship", "membership", "person"]
    assert {row.group_label for row in of_sami} == {""}
    assert not [row for row in rows if "Sami" in row.label or "Virtanen" in row.label]
    assert {row.group_label for row in rows if row.entity == "membership"} == {"", "Björkskolan"}


def test_a_refused_plan_changes_nothing_and_forgets_what_was_read(
    authority: Authority, actor: Actor, add_source: AddSource, run: Run
) -> None:
    held = run(add_source({}))
    assert held.plan is not None
    with within(authority.id):
        api.refuse_plan(held.plan.pk, actor=actor)
        assert SourceRun.objects.get().state == RunState.REFUSED
        assert not Snapshot.objects.exists()
        assert not Person.objects.exists()
        with pytest.raises(PlanNotOpen):
            api.approve_plan(held.plan.pk, actor=actor)


def test_a_plan_that_nobody_approved_is_not_applied(actor: Actor, add_source: AddSource, run: Run) -> None:
    held = run(add_source({}))
    assert held.plan is not None
    with pytest.raises(NotApproved):
        api.apply_plan(held.plan.pk, actor=actor)


def test_a_newer_reading_replaces_a_waiting_plan(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source({})
    first = run(source)
    folder.row("persons")["givenName"] = "Else"
    second = run(source)
    assert first.plan is not None
    assert second.plan is not None
    with within(authority.id):
        first.plan.refresh_from_db()
        assert first.plan.state == PlanState.SUPERSEDED
        assert first.plan.plan_hash != second.plan.plan_hash
        assert set(Snapshot.objects.values_list("run", flat=True)) == {second.pk}


def test_an_approved_plan_whose_ground_has_moved_is_refused_and_planned_again(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source({})
    held = run(source)
    assert held.plan is not None
    with within(authority.id):
        api.approve_plan(held.plan.pk, actor=actor)
        # Something else has taken a key meanwhile.
        source.links.create(entity="person", key="elsa", content_hash=b"x" * 16, root_id=source.pk)
    with pytest.raises(PlanOutdated):
        api.apply_plan(held.plan.pk, actor=actor)
    with within(authority.id):
        waiting = SourceRun.objects.get()
        assert waiting.state == RunState.WAITING
        assert waiting.plan is not None
        assert waiting.plan.plan_hash != held.plan.plan_hash
        assert waiting.snapshots.exists()
        assert not Person.objects.exists()
