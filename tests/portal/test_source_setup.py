"""Setting up a source on the web: choose, fill in, see, try, add; and later change, pause, remove."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, Plan, User
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources import api, connectors, trying
from kateder.sources.models import MappingVersion, RunState, Source, SourceRun, Standing, Trial
from kateder.sources.standing import NotAdded, SourcePaused
from tests.cast import Cast
from tests.portal.visits import text_of, visit
from tests.sources.folder import Folder

MAPPING = """version = 1
[[tables]]
name = "elever"
file = "lista.csv"

[[persons]]
from = "elever"
id = "{Nr}"
givenName = "{Namn}"
familyName = "{Efternamn}"
"""


@pytest.fixture
def administrator(cast: Cast) -> Actor:
    with within(cast.authority.id):
        return cast.actor("alva")


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Path:
    """A permitted folder of the authority's own, with one file."""
    monkeypatch.setattr("django.conf.settings.SOURCE_FOLDERS", [str(tmp_path / "{authority}")])
    folder = tmp_path / cast.authority.slug
    folder.mkdir()
    (folder / "lista.csv").write_text("Nr,Namn,Efternamn\n1,Ida,Ek\n2,Bo,\n")
    return folder


def form(export: Path, **more: str) -> dict[str, str]:
    return {"name": "Skolsystemet", "folder": str(export), "mapping": MAPPING, **more}


def drafted(cast: Cast) -> Source:
    with within(cast.authority.id):
        return Source.objects.get(name="Skolsystemet")


def test_every_kind_of_source_can_be_chosen_and_has_a_form(cast: Cast) -> None:
    page = text_of(visit(cast, "alva"), "/kallor/ny/")
    for connector in api.connectors_offered():
        assert f'href="/kallor/ny/{connector.kind}/"' in page
        form_page = text_of(visit(cast, "alva"), f"/kallor/ny/{connector.kind}/")
        assert all(f'name="{field.name}"' in form_page for field in connector.fields)
    text_of(visit(cast, "alva"), "/kallor/ny/no_such_kind/", status=404)


def test_first_rows_are_shown_before_and_after_with_what_is_wrong(cast: Cast, export: Path) -> None:
    answer = visit(cast, "alva").post("/kallor/ny/mapped_csv/forhandsvisning/", form(export))
    page = answer.content.decode()
    assert "lista.csv, rad 2" in page
    assert "<dt>givenName</dt><dd>Ida</dd>" in page
    assert "<dt>Namn</dt><dd>Ida</dd>" in page
    assert "1 rad har fel." in page
    assert "lista.csv, rad 3: familyName är tom" in page
    with within(cast.authority.id):
        seen = AuditEvent.objects.filter(event="source.glimpsed")
        assert seen.exists()
        assert not any("Ida" in json.dumps(event.details) for event in seen)


def test_mistake_in_the_mapping_is_said_with_its_line(cast: Cast, export: Path) -> None:
    wrong = form(export, mapping=MAPPING.replace("{Namn}", "{Nam}"))
    page = visit(cast, "alva").post("/kallor/ny/mapped_csv/forhandsvisning/", wrong).content.decode()
    assert "Rad 9" in page
    assert "Menade du Namn?" in page


@pytest.mark.parametrize("folder", ["/etc", "{export}/../../..", "/proc/self"])
def test_folder_that_the_operator_has_not_set_aside_is_neither_shown_nor_taken(
    cast: Cast, export: Path, folder: str
) -> None:
    wanted = form(export, folder=folder.format(export=export))
    client = visit(cast, "alva")
    assert "får användas" in client.post("/kallor/ny/mapped_csv/forhandsvisning/", wanted).content.decode()
    answer = client.post("/kallor/ny/mapped_csv/", {**wanted, "do": "try"})
    assert answer.status_code == 422
    with within(cast.authority.id):
        assert not Source.objects.exists()


def test_neighbours_folder_is_not_ours_to_read(cast: Cast, export: Path) -> None:
    other = export.parent / "another"
    other.mkdir()
    (other / "lista.csv").write_text("Nr,Namn,Efternamn\n9,Neighbour,Ek\n")
    page = visit(cast, "alva").post("/kallor/ny/mapped_csv/forhandsvisning/", form(other)).content.decode()
    assert "Neighbour" not in page


def test_example_and_file_fill_in_the_mapping_and_keep_the_rest(cast: Cast, export: Path) -> None:
    client = visit(cast, "alva")
    page = client.post("/kallor/ny/mapped_csv/", form(export, do="example:egil")).content.decode()
    assert "[[memberships]]" in page
    assert 'value="Skolsystemet"' in page
    file = export / "egen.toml"
    file.write_text("version = 1\n# egen\n")
    with file.open("rb") as opened:
        page = client.post("/kallor/ny/mapped_csv/", {**form(export, do="import"), "file": opened}).content.decode()
    assert "# egen" in page


def test_source_is_tried_step_by_step_and_added_only_then(
    cast: Cast, export: Path, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit(cast, "alva")
    answer = client.post("/kallor/ny/mapped_csv/", form(export, do="try"))
    source = drafted(cast)
    assert answer["Location"] == f"/kallor/{source.pk}/prova/"
    assert source.standing == Standing.DRAFT
    page = text_of(client, f"/kallor/{source.pk}/prova/")
    assert 'hx-trigger="every 1s"' in page
    assert "Skolsystemet" not in text_of(client, "/kallor/")
    trying.carry_out(source.pk, actor=administrator)
    page = text_of(client, f"/kallor/{source.pk}/prova/")
    assert "hx-trigger" not in page
    assert "Inställningarna" in page
    assert "Ida Ek" in page
    with within(cast.authority.id):
        assert not Person.objects.filter(given_name="Ida").exists()
    added = {"do": "add", "automatic": "on", "share": "10", "count": "7", "minutes": "60"}
    assert client.post(f"/kallor/{source.pk}/prova/", added)["Location"] == f"/kallor/{source.pk}/"
    source = drafted(cast)
    assert (source.standing, source.every_minutes) == (Standing.ACTIVE, 60)
    assert source.limits == {"max_share": 0.1, "max_count": 7}
    assert ProcrastinateJob.objects.filter(task_name="sources.run", args__source_id=str(source.pk)).exists()
    with within(cast.authority.id):
        assert not Trial.objects.exists()


def test_trial_that_fails_says_what_to_do_and_offers_no_adding(cast: Cast, export: Path, administrator: Actor) -> None:
    client = visit(cast, "alva")
    client.post("/kallor/ny/mapped_csv/", form(export, do="try", mapping=MAPPING.replace("lista.csv", "listan.csv")))
    source = drafted(cast)
    trying.carry_out(source.pk, actor=administrator)
    page = text_of(client, f"/kallor/{source.pk}/prova/")
    assert "ingen fil listan.csv" in page
    assert 'value="add"' not in page


def test_draft_cannot_be_read_into_the_register(cast: Cast, export: Path, administrator: Actor) -> None:
    visit(cast, "alva").post("/kallor/ny/mapped_csv/", form(export, do="try"))
    with pytest.raises(NotAdded):
        api.run(drafted(cast).pk, actor=administrator)


def test_secret_is_sealed_and_never_shown_again_and_stays_when_left_empty(cast: Cast) -> None:
    client = visit(cast, "alva")
    connector = api.connector_of("ldap")
    values = {field.name: str(field.default) or ("x" if field.required else "") for field in connector.fields}
    secret = next(field.name for field in connector.fields if field.kind is api.FieldKind.SECRET)
    values |= {"url": "ldaps://ldap.example", secret: "hemligt-ord", "name": "Skolsystemet", "do": "try"}
    client.post("/kallor/ny/ldap/", values)
    source = drafted(cast)
    assert "hemligt-ord" not in json.dumps(source.settings)
    page = text_of(client, f"/kallor/{source.pk}/installningar/")
    assert "hemligt-ord" not in page
    assert "Lämna tomt för att behålla den" in page
    client.post(f"/kallor/{source.pk}/installningar/", {**values, secret: "", "do": "save"})
    with within(cast.authority.id):
        source = Source.objects.get(pk=source.pk)
        assert connectors.opened(source)[secret] == "hemligt-ord"


@pytest.fixture
def delivered(cast: Cast, export: Path, administrator: Actor) -> Source:
    """A source that has delivered its small folder into the register."""
    folder = Folder.small(export)
    folder.row("persons", 1)["familyName"] = "Zander"
    folder.write()
    with within(cast.authority.id):
        source = api.add_csv_source(name="Skolsystemet", folder=folder.path, actor=administrator)
    run = api.run(source.pk, actor=administrator, today=clock.today())
    with within(cast.authority.id):
        assert run.plan_id is not None
        api.approve_plan(run.plan_id, actor=administrator)
    api.apply_plan(run.plan_id, actor=administrator)
    return source


def test_paused_source_is_not_read_until_it_is_resumed(cast: Cast, delivered: Source, administrator: Actor) -> None:
    client = visit(cast, "alva")
    page = text_of(client, f"/kallor/{delivered.pk}/ta-bort/")
    assert "Personer" in page
    client.post(f"/kallor/{delivered.pk}/ta-bort/", {"do": "pause"})
    assert "Pausad" in text_of(client, f"/kallor/{delivered.pk}/")
    with pytest.raises(SourcePaused):
        api.run(delivered.pk, actor=administrator)
    client.post(f"/kallor/{delivered.pk}/ta-bort/", {"do": "resume"})
    assert api.run(delivered.pk, actor=administrator).state == RunState.UNCHANGED


def test_source_that_is_removed_leaves_what_it_delivered_and_its_name_is_free(
    cast: Cast, delivered: Source, export: Path, administrator: Actor
) -> None:
    client = visit(cast, "alva")
    client.post(f"/kallor/{delivered.pk}/ta-bort/", {"do": "keep"})
    assert "Skolsystemet" not in text_of(client, "/kallor/")
    text_of(client, f"/kallor/{delivered.pk}/installningar/", status=404)
    with within(cast.authority.id):
        assert Person.objects.filter(family_name="Zander").exists()
        assert api.add_csv_source(name="Skolsystemet", folder=export, actor=administrator)


def test_removing_with_what_it_delivered_is_a_plan_that_a_person_reads_first(
    cast: Cast, delivered: Source, administrator: Actor
) -> None:
    visit(cast, "alva").post(f"/kallor/{delivered.pk}/ta-bort/", {"do": "take_away"})
    run = api.run(delivered.pk, actor=administrator)
    assert run.state == RunState.WAITING
    assert run.plan_id is not None
    with within(cast.authority.id):
        assert Person.objects.filter(family_name="Zander").exists()
        assert Plan.objects.get(pk=run.plan_id).summary["person"] == {"remove": 3}
        api.approve_plan(run.plan_id, actor=administrator)
    api.apply_plan(run.plan_id, actor=administrator)
    with within(cast.authority.id):
        assert not Person.objects.filter(family_name="Zander").exists()
        assert Source.objects.get(pk=delivered.pk).standing == Standing.REMOVED
        assert not SourceRun.objects.filter(state=RunState.WAITING).exists()


def test_who_thinks_better_of_removing_keeps_everything(cast: Cast, delivered: Source, administrator: Actor) -> None:
    client = visit(cast, "alva")
    client.post(f"/kallor/{delivered.pk}/ta-bort/", {"do": "take_away"})
    held = api.run(delivered.pk, actor=administrator)
    client.post(f"/kallor/{delivered.pk}/ta-bort/", {"do": "resume"})
    with within(cast.authority.id):
        assert not Plan.objects.filter(pk=held.plan_id, state="waiting").exists()
    assert api.run(delivered.pk, actor=administrator).state == RunState.UNCHANGED


def test_who_changed_the_mapping_is_shown_and_one_can_go_back(cast: Cast, export: Path, administrator: Actor) -> None:
    changed = MAPPING.replace("{Namn}", "{Namn}x")
    with within(cast.authority.id):
        values = {"folder": str(export), "mapping": MAPPING}
        source = api.add_source(kind="mapped_csv", name="Skolsystemet", settings=values, actor=administrator)
    client, page = visit(cast, "alva"), f"/kallor/{source.pk}/mappningar/"
    client.post(f"/kallor/{source.pk}/installningar/", {"folder": str(export), "mapping": changed, "do": "save"})
    client.post(f"/kallor/{source.pk}/installningar/", {"folder": str(export), "mapping": changed, "do": "save"})

    shown = text_of(client, page)
    assert "Mappning 2" in shown
    assert "Mappning 3" not in shown
    assert "+givenName = " in shown
    assert "-givenName = " in shown
    with within(cast.authority.id):
        by = User.objects.get(pk=administrator.user_id).display_name if administrator.user_id else "kommandoraden"
    assert by in shown

    answer = client.post(page, {"number": "1"})
    assert answer["Location"].endswith("/prova/")
    with within(cast.authority.id):
        assert api.shown_settings(drafted(cast))["mapping"] == MAPPING
        assert [one.number for one in api.mapping_history(source.pk)] == [3, 2, 1]
    assert client.post(page, {"number": "77"}).status_code == 404
    assert visit(cast, "petra").get(page).status_code == 403


def test_a_source_from_before_the_history_keeps_what_it_had(cast: Cast, export: Path, administrator: Actor) -> None:
    with within(cast.authority.id):
        values = {"folder": str(export), "mapping": MAPPING}
        source = api.add_source(kind="mapped_csv", name="Skolsystemet", settings=values, actor=administrator)
        MappingVersion.objects.all().delete()
    assert "Ingen mappning har sparats än" in text_of(visit(cast, "alva"), f"/kallor/{source.pk}/mappningar/")
    with within(cast.authority.id):
        api.change_settings(source.pk, settings={"mapping": MAPPING + "# ny\n"}, actor=administrator)

        assert [(one.number, one.text) for one in api.mapping_history(source.pk)] == [
            (2, MAPPING + "# ny\n"), (1, MAPPING),
        ]  # fmt: skip
