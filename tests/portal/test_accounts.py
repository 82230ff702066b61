"""Accounts at services on the web: who has one, what is proved of removals, what was ever sent, and the upkeep."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import orjson
from django.test import Client
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from kateder.core.actors import Role
from kateder.core.models import AuditEvent, User
from kateder.governance import api as governance
from kateder.governance.api import subject_of
from kateder.portal.accounts.fields import in_words
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import Account, TargetState
from kateder.provisioning.healing import rebuilding
from kateder.provisioning.models import NeverSend, Removal, Target, TargetObject
from tests.cast import TODAY
from tests.deliveries import Delivery
from tests.portal.visits import text_of, visit


def at(delivery: Delivery, page: str) -> str:
    return f"/tjanster/{delivery.offer.service.pk}/{page}/"


def officer(delivery: Delivery) -> Client:
    """The data protection officer, who is not in the register."""
    with delivery.inside():
        user = User.objects.create(username="dana", display_name="Dana", staff_roles=[Role.OFFICER.value])
    return visit(replace(delivery.cast, users={**delivery.cast.users, "dana": user}), "dana")


def subject(delivery: Delivery, name: str) -> str:
    with delivery.inside():
        return str(subject_of(delivery.offer.service.pk, delivery.cast[name], today=TODAY))


def state(delivery: Delivery) -> str:
    with delivery.inside():
        return Target.objects.get(pk=delivery.target.pk).state


def test_an_administrator_sees_who_has_an_account_with_which_fields(delivery: Delivery) -> None:
    delivery.first()
    page = text_of(visit(delivery.cast, "alva"), at(delivery, "konton"))
    assert "Elsa Åberg" in page
    assert subject(delivery, "elsa") in page
    assert "visat namn" in page


def test_an_account_is_found_by_name_and_by_what_the_service_calls_it(delivery: Delivery) -> None:
    delivery.first()
    client = visit(delivery.cast, "alva")
    for text in ("elsa", subject(delivery, "elsa")):
        page = text_of(client, at(delivery, "konton") + f"?q={text}")
        assert "Elsa Åberg" in page
        assert subject(delivery, "tove") not in page


def test_the_officer_sees_identities_and_no_names_and_finds_none_by_name(delivery: Delivery) -> None:
    delivery.first()
    client = officer(delivery)
    page = text_of(client, at(delivery, "konton"))
    assert subject(delivery, "elsa") in page
    assert "Elsa" not in page
    assert subject(delivery, "elsa") not in text_of(client, at(delivery, "konton") + "?q=elsa")


def test_a_protected_name_is_hidden_and_not_found(delivery: Delivery) -> None:
    with delivery.inside():
        governance.set_policy(
            delivery.offer.service.id,
            level=governance.Level.PAIRWISE,
            protected_rule=governance.ProtectedRule.ALIAS,
            by=delivery.offer.by,
        )
    delivery.first()
    client = visit(delivery.cast, "alva")
    page = text_of(client, at(delivery, "konton"))
    assert "Sami" not in page
    assert "Skyddade" in page or "Skyddad" in page
    assert subject(delivery, "sami") not in text_of(client, at(delivery, "konton") + "?q=sami")


def test_the_export_has_ids_days_and_fields_and_is_audited(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(1)
    delivery.run()
    delivery.leave(people)
    delivery.run()
    client = officer(delivery)
    answer = client.get(at(delivery, "konton") + "export.csv")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["state"] for row in rows] == ["there", "there", "to_be_proved"]
    assert "displayName" in rows[0]["fields"]
    assert rows[0]["agreement"]
    assert "Elsa" not in text
    read = orjson.loads(client.get(at(delivery, "konton") + "export.json").content)
    assert [row["account"] for row in read] == [row["account"] for row in rows]
    with delivery.inside():
        assert AuditEvent.objects.filter(event="provisioning.accounts_exported").count() == 2


def test_what_was_ever_sent_is_shown_with_fields_and_why(delivery: Delivery) -> None:
    delivery.first()
    delivery.leave([delivery.cast["elsa"]])
    delivery.run()
    delivery.approve()
    delivery.run()
    page = text_of(visit(delivery.cast, "alva"), f"/personer/{delivery.cast['elsa']}/skickat/")
    assert "Konton: skapas" in page
    assert "Konton: tas bort" in page
    assert "klassens licens" in page
    assert "avtal" in page
    assert "visat namn" in page


def test_never_send_is_decided_and_ended_on_the_persons_page(delivery: Delivery) -> None:
    delivery.first()
    client, address = visit(delivery.cast, "alva"), f"/personer/{delivery.cast['elsa']}/skicka-aldrig/"
    client.post(address, {"service": str(delivery.offer.service.pk), "reason": "BUN 2026/9", "until": ""})
    assert "BUN 2026/9" in text_of(client, address)
    delivery.run()
    assert delivery.state("elsa").state == Account.WITHHELD
    with delivery.inside():
        decided = NeverSend.objects.get()
    client.post(address, {"end": str(decided.pk)})
    delivery.run()
    assert delivery.state("elsa").state == Account.READY


def test_a_removal_is_confirmed_in_writing_by_an_administrator_alone(delivery: Delivery) -> None:
    delivery.first()
    people = delivery.join(1)
    delivery.run()
    delivery.leave(people)
    delivery.run()
    address = at(delivery, "borttagningar")
    assert officer(delivery).post(address, {"note": "x"}).status_code == 403
    with delivery.inside():
        assert AuditEvent.objects.filter(event="page.refused", subject_id=address).exists()
    client = visit(delivery.cast, "alva")
    assert "Inte visat" in text_of(client, address)
    client.post(address, {"do": "confirm", "note": "Brev 12 oktober"})
    page = text_of(client, address)
    assert "Skriftligt bekräftat" in page
    assert "Brev 12 oktober" in page
    with delivery.inside():
        assert Removal.objects.get().closed_at is not None


def test_pause_resume_and_the_question_are_buttons(delivery: Delivery) -> None:
    client, address = visit(delivery.cast, "alva"), at(delivery, "skotsel")
    client.post(address, {"do": "pause"})
    assert state(delivery) == TargetState.PAUSED
    client.post(address, {"do": "resume"})
    assert state(delivery) == TargetState.ACTIVE
    client.post(address, {"do": "rebuild"})
    jobs = ProcrastinateJob.objects.filter(task_name="provisioning.rebuild")
    assert any(job.args.get("target_id") == str(delivery.target.id) for job in jobs)


def test_everything_is_removed_only_with_the_name_typed_and_the_report_is_shown(delivery: Delivery) -> None:
    delivery.first()
    client, address = visit(delivery.cast, "alva"), at(delivery, "skotsel")
    client.post(address, {"do": "empty", "confirmation": "ja", "reason": "Slut"})
    assert state(delivery) == TargetState.ACTIVE
    client.post(address, {"do": "empty", "confirmation": "rakneresan", "reason": "Avtalet upphör"})
    assert state(delivery) == TargetState.EMPTYING
    delivery.run()
    delivery.approve()
    assert delivery.run().state == provisioning.RunState.SUCCEEDED
    page = text_of(client, address)
    assert "Avtalet upphör" in page
    assert "Rapport" in page
    assert "Tjänsten är tömd" in page


def test_a_run_says_what_it_put_right(delivery: Delivery) -> None:
    delivery.first()
    with delivery.inside():
        TargetObject.objects.filter(target=delivery.target, resource_type="Activity").delete()
    ended = rebuilding.rebuild(delivery.target.id, actor=delivery.actor, today=TODAY)
    page = text_of(visit(delivery.cast, "alva"), f"/leveranser/{ended.pk}/")
    assert "Våra objekt hos tjänsten som vi inte kände till" in page
    assert "Tjänsten räknade upp" in page


def test_fields_are_said_in_words_each_once_and_what_has_no_word_by_its_own_name() -> None:
    paths = [
        "schemas/*", "externalId", "name/givenName", "emails/*/value", "emails/*/type",
        "urn:scim:schemas:extension:sis:school:1.0:User/enrolments/*/value",
        "urn:scim:schemas:extension:sis:school:1.0:User/enrolments/*/$ref",
        "urn:scim:schemas:extension:sis:school:1.0:User/enrolments/*/schoolYear", "colour",
    ]  # fmt: skip
    with translation.override("sv"):
        assert in_words(paths) == sorted(["identitet", "förnamn", "e-postadress", "skola", "årskurs", "colour"])
