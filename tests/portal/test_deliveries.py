"""Deliveries on the web: the plan that waits, the run with its receipts, and exactly what was sent of one person."""

from __future__ import annotations

from procrastinate.contrib.django.models import ProcrastinateJob

from kateder.core.models import Plan, PlanState
from kateder.core.tenancy import within
from kateder.governance.api import subject_of
from kateder.provisioning.models import DeliveryRun, Phase, RunState
from tests.cast import TODAY
from tests.deliveries import Delivery
from tests.portal.visits import text_of, visit


def test_first_delivery_is_approved_on_the_web_and_asks_a_worker(delivery: Delivery) -> None:
    client = visit(delivery.cast, "alva")
    assert delivery.run().state == RunState.WAITING
    with delivery.inside():
        plan = Plan.objects.get(subject_id=delivery.target.id, state=PlanState.WAITING)
    service = f"/tjanster/{delivery.offer.service.pk}/"
    assert f'href="/planer/{plan.pk}/"' in text_of(client, service)
    page = text_of(client, f"/planer/{plan.pk}/")
    assert "Inget har hämtats eller skickats här tidigare." in page
    assert "Elsa" not in page
    client.post(f"/planer/{plan.pk}/", {"decision": "approve"})
    jobs = ProcrastinateJob.objects.filter(task_name="provisioning.deliver")
    assert any(job.args.get("target_id") == str(delivery.target.id) for job in jobs)
    assert delivery.run().state == RunState.SUCCEEDED


def test_a_run_that_waited_says_what_became_of_its_plan(delivery: Delivery) -> None:
    client, waited = visit(delivery.cast, "alva"), delivery.run()
    pages = (f"/tjanster/{delivery.offer.service.pk}/", f"/leveranser/{waited.pk}/")
    assert ["Väntar på en människa" in text_of(client, page) for page in pages] == [True, True]
    with delivery.inside():
        plan = Plan.objects.get(pk=waited.plan_id)
    client.post(f"/planer/{plan.pk}/", {"decision": "refuse"})
    assert ["Avslagen" in text_of(client, page) for page in pages] == [True, True]
    assert ["Väntar på en människa" in text_of(client, page) for page in pages] == [False, False]


def test_run_shows_what_it_sent_and_a_receipt_for_each(delivery: Delivery) -> None:
    done = delivery.first()
    page = text_of(visit(delivery.cast, "alva"), f"/leveranser/{done.pk}/")
    assert "Allt är levererat" in page
    assert "Konton: skapas" in page
    with delivery.inside():
        subject = subject_of(delivery.offer.service.pk, delivery.cast["elsa"], today=TODAY)
    assert str(subject) in page
    assert "Elsa" not in page


def test_run_under_way_shows_phase_count_and_end_and_is_fetched_again(delivery: Delivery) -> None:
    done = delivery.first()
    with delivery.inside():
        DeliveryRun.objects.filter(pk=done.pk).update(
            state=RunState.RUNNING, phase=Phase.SENDING, ended_at=None, total=done.total * 2
        )
    page = text_of(visit(delivery.cast, "alva"), f"/leveranser/{done.pk}/")
    assert "Skickar" in page
    assert 'hx-trigger="every 2s"' in page
    assert f"{done.done} av {done.total * 2}" in page
    assert "klart ungefär" in page


def test_page_that_waited_loads_itself_whole_when_the_run_is_over(delivery: Delivery) -> None:
    done = delivery.first()
    client = visit(delivery.cast, "alva")
    answer = client.get(f"/leveranser/{done.pk}/", headers={"HX-Request": "true", "HX-Target": "run"})
    assert answer["HX-Refresh"] == "true"


def test_administrator_sees_exactly_what_was_sent_of_one_person(delivery: Delivery) -> None:
    delivery.first()
    page = text_of(visit(delivery.cast, "alva"), f"/personer/{delivery.cast['elsa']}/")
    with delivery.inside():
        subject = subject_of(delivery.offer.service.pk, delivery.cast["elsa"], today=TODAY)
    assert "externalId" in page
    assert page.count(str(subject)) > 2
    told = page[page.index("Vad tjänster har fått veta") :]
    assert "Elsa" not in told
    assert "Åberg" not in told
    assert "kontot skapades" in told


def test_guardian_sees_what_was_sent_of_the_child_but_of_nobody_else(delivery: Delivery) -> None:
    delivery.first()
    client = visit(delivery.cast, "gustav")
    assert "externalId" in text_of(client, f"/personer/{delivery.cast['elsa']}/")
    text_of(client, f"/personer/{delivery.cast['olle']}/", status=403)


def test_pupil_sees_what_services_know_of_oneself(delivery: Delivery) -> None:
    delivery.first()
    client = visit(delivery.cast, "elsa")
    assert f'href="/personer/{delivery.cast["elsa"]}/"' in text_of(client, "/")
    assert "externalId" in text_of(client, f"/personer/{delivery.cast['elsa']}/")


def test_account_that_is_not_there_yet_is_said_on_shelf_and_class_page(delivery: Delivery) -> None:
    assert "Konto på väg" in text_of(visit(delivery.cast, "elsa"), "/")
    assert "Konto på väg" in text_of(visit(delivery.cast, "tove"), f"/klasser/{delivery.cast['class_5b']}/")
    delivery.first()
    assert "Konto på väg" not in text_of(visit(delivery.cast, "elsa"), "/")


def test_deliver_now_asks_a_worker_and_the_officer_may_only_look(delivery: Delivery) -> None:
    path = f"/tjanster/{delivery.offer.service.pk}/"
    assert "Leverera nu" in text_of(visit(delivery.cast, "alva"), path)
    assert "Väntar på att arbetet ska börja" in visit(delivery.cast, "alva").post(path, follow=True).content.decode()
    with within(delivery.cast.authority.id):
        officer = delivery.cast.users["ture"]
        officer.staff_roles = ["officer"]
        officer.save()
    client = visit(delivery.cast, "ture")
    assert "Leverera nu" not in text_of(client, path)
    assert client.post(path).status_code == 403
