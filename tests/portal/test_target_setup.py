"""A way out is set up on the web: kind, settings, trial, preview, and only then does it begin."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kateder.core import clock
from kateder.core.tenancy import within
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import Target, TargetState, TargetTrial
from kateder.provisioning.targets.trying import carry_out
from kateder.register.models import Person
from tests.cast import Cast
from tests.offer import Offer, make_offer
from tests.portal.visits import text_of, visit

PIN = "A" * 43 + "="


@pytest.fixture
def offer(cast: Cast) -> Offer:
    with within(cast.authority.id):
        made = make_offer(cast)
        made.allow()
        made.assign(made.lot(), "class_5b")
        return made


def way(offer: Offer, page: str = "") -> str:
    return f"/tjanster/{offer.service.pk}/leveranssatt/{page}"


def add(cast: Cast, offer: Offer, **changed: str) -> Target:
    form = {"base_uri": "https://127.0.0.1:9", "pins": PIN, **changed}
    visit(cast, "alva").post(way(offer, "ny/egil/"), form)
    with within(cast.authority.id):
        return Target.objects.get(service=offer.service)


def asked_for(name: str, value: object) -> bool:
    jobs = ProcrastinateJob.objects.filter(task_name=name)
    return any(str(value) in job.args.values() for job in jobs)


def test_a_service_without_a_target_offers_every_way_out(cast: Cast, offer: Offer) -> None:
    assert way(offer, "ny/") in visit(cast, "alva").get(f"/tjanster/{offer.service.pk}/").content.decode()
    page = visit(cast, "alva").get(way(offer, "ny/")).content.decode()
    for one in provisioning.ways_offered():
        assert way(offer, f"ny/{one.kind}/") in page


def test_a_new_target_is_paused_until_its_door_has_been_tried_and_somebody_begins(cast: Cast, offer: Offer) -> None:
    target = add(cast, offer)
    assert target.state == TargetState.PAUSED
    assert asked_for("provisioning.try", target.pk)
    assert "Börja" not in text_of(visit(cast, "alva"), way(offer, "prova/"))
    with within(cast.authority.id):
        TargetTrial.objects.filter(target=target).update(
            steps=[{"name": "connection", "ok": True, "sentence": ""}], finished_at=clock.now()
        )
    assert "Börja" in text_of(visit(cast, "alva"), way(offer, "prova/"))
    visit(cast, "alva").post(way(offer, "prova/"), {"do": "begin"})
    with within(cast.authority.id):
        assert Target.objects.get(pk=target.pk).state == TargetState.ACTIVE


def test_files_are_written_only_in_the_folders_of_the_operator(
    cast: Cast, offer: Offer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / cast.authority.slug
    ours.mkdir()
    monkeypatch.setattr("django.conf.settings.EXPORT_FOLDERS", [str(tmp_path / "{authority}")])
    assert str(ours) in visit(cast, "alva").get(way(offer, "ny/files/")).content.decode()
    (ours / "out").symlink_to("/")
    for folder in ("/etc", str(tmp_path), f"{ours}/../other", f"{ours}/out/etc"):
        answer = visit(cast, "alva").post(way(offer, "ny/files/"), {"template": "users", "folder": folder})
        assert answer.status_code == 422
    answer = visit(cast, "alva").post(way(offer, "ny/files/"), {"template": "users", "folder": str(ours)})
    assert answer.status_code == 302
    with within(cast.authority.id):
        assert Target.objects.get(service=offer.service).settings["folder"] == str(ours)


def test_bad_settings_are_said_on_the_form_and_nothing_is_added(cast: Cast, offer: Offer) -> None:
    answer = visit(cast, "alva").post(way(offer, "ny/egil/"), {"base_uri": "https://a.example", "pins": "short"})
    assert answer.status_code == 422
    assert "short" in answer.content.decode()
    with within(cast.authority.id):
        assert not Target.objects.exists()


def test_a_trial_of_a_server_that_is_not_there_stops_at_the_connection(cast: Cast, offer: Offer) -> None:
    target = add(cast, offer)
    carry_out(cast.authority.id, target.pk)
    with within(cast.authority.id):
        steps = TargetTrial.objects.get(target=target).steps
    assert [(step["name"], step["ok"]) for step in steps] == [("key", True), ("connection", False)]
    assert "Servern svarar inte" in text_of(visit(cast, "alva"), way(offer, "prova/"))


def test_the_preview_shows_the_bodies_of_one_class_and_nobody_with_a_protected_identity(
    cast: Cast, offer: Offer
) -> None:
    add(cast, offer)
    page = text_of(visit(cast, "alva"), way(offer, f"forhandsvisning/?klass={cast['class_5b']}"))
    assert "urn:ietf:params:scim:schemas:core:2.0:User" in page
    assert "Elsa" not in page
    with within(cast.authority.id):
        protected = [one for one in Person.objects.all() if one.is_protected(clock.today())]
        before = provisioning.preview(Target.objects.get(), cast["class_5b"], today=clock.today())
        Person.objects.filter(pk=cast["elsa"]).update(local_protection=True)
        after = provisioning.preview(Target.objects.get(), cast["class_5b"], today=clock.today())
    assert protected
    assert after.hidden == before.hidden + 1
    assert len([one for one in after.bodies if one.resource_type == "User"]) == before.with_account - 1


def test_settings_and_limits_can_be_changed_and_deliveries_paused(cast: Cast, offer: Offer) -> None:
    target, alva = add(cast, offer), visit(cast, "alva")
    alva.post(way(offer), {"do": "limits", "share": "12,5", "count": "7"})
    alva.post(way(offer), {"do": "save", "base_uri": "https://b.example", "pins": f"{PIN}\n{'B' * 43}="})
    alva.post(way(offer), {"do": "resume"})
    with within(cast.authority.id):
        changed = Target.objects.get(pk=target.pk)
    assert (changed.limits["max_share"], changed.limits["max_count"]) == (0.125, 7)
    assert (changed.base_uri, changed.pins) == ("https://b.example", [PIN, "B" * 43 + "="])
    assert changed.state == TargetState.ACTIVE


def test_only_administrators_set_up_ways_out(cast: Cast, offer: Offer) -> None:
    for page in ("", "ny/", "ny/egil/", "prova/", "forhandsvisning/"):
        assert visit(cast, "tove").get(way(offer, page)).status_code == 403


def test_a_trial_that_never_ended_says_so(cast: Cast, offer: Offer) -> None:
    target = add(cast, offer)
    with within(cast.authority.id):
        TargetTrial.objects.filter(target=target).update(started_at=clock.now() - timedelta(hours=1))
    assert "Provet avbröts. Prova igen." in text_of(visit(cast, "alva"), way(offer, "prova/"))
