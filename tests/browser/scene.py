"""Something on every page: resources, a lot, a full lot, a plan that waits, findings, an agreement that ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.test import Client

from kateder.catalogue import api as catalogue
from kateder.catalogue.models import Resource, ResourceKind
from kateder.core import clock, findings, follow_up, plans, quality
from kateder.core.actors import Role
from kateder.core.findings import NewFinding
from kateder.core.models import Authority, Finding, FindingCount, Plan, Severity, User
from kateder.core.plans import NewRow
from kateder.core.tenancy import within
from kateder.governance.api import (
    Display,
    Field,
    FieldChoice,
    GroupNames,
    Level,
    end_agreement,
    release_many,
)
from kateder.governance.models import Agreement
from kateder.licences.api import AssignedKind, OnShortage, assign, entitled, settle
from kateder.licences.models import Lot
from kateder.provisioning import api as provisioning
from kateder.provisioning.models import DeliveryRun, Phase, Receipt, RunState, Subscription
from kateder.provisioning.rollover import event, freezing
from kateder.provisioning.ss12000 import reports, subscriptions
from kateder.provisioning.ways.registry import WAYS
from kateder.sources import api as sources
from kateder.sources.connectors import CONNECTORS
from kateder.sources.models import SourceRun
from kateder.trust import api as trust
from tests.browser.accounts import make_accounts
from tests.browser.federation import make_federation
from tests.browser.files import make_mapped
from tests.browser.results import make_results
from tests.browser.school import make_school
from tests.cast import SCHOOL_YEAR, TODAY, Cast, make_cast
from tests.offer import Offer, make_offer
from tests.sources.folder import Folder

SUBJECTS: Final = (
    ("Läsa tillsammans", "SV", "Svenska"),
    ("Naturboken", "NO", "NO"),
    ("Världen runt", "SO", "SO"),
    ("Say it!", "EN", "Engelska"),
    ("Notkvarten", "MU", "Musik"),
    ("Rita mera", "BL", "Bild"),
    ("Rörelse 4–6", "ID", "Idrott och hälsa"),
    ("Bygg och tänk", "TK", "Teknik"),
    ("Kök och klot", "HKK", "Hem- och konsumentkunskap"),
)


@dataclass(frozen=True)
class Scene:
    """Who and what the pages show."""

    cast: Cast
    offer: Offer
    full: Offer
    fresh: Offer
    plan: Plan
    lot: Lot
    run: SourceRun
    deliveries: Sequence[UUID]
    api_client: UUID
    mapped: UUID
    draft: UUID
    sent: UUID
    consequences: Sequence[UUID]
    register: UUID
    federation: UUID

    def session_of(self, name: str) -> str:
        """The key of a session in which one of the cast is signed in."""
        client = Client()
        with within(self.cast.authority.id):
            client.force_login(self.cast.users[name])
        return client.cookies["kateder"].value

    def addresses(self, name: str | None) -> list[str]:
        """Every address that the person reaches."""
        cast, everybody = self.cast, ["/hjalp/", "/tillganglighet/"]
        if name is None:
            return ["/", "/logga-in", *everybody]
        own = f"/klasser/{cast['class_5b']}/"
        why = [f"/varfor/{cast[who]}/{self.offer.resource.pk}/" for who in ("elsa", "sami")]
        work = [
            "/klasser/",
            own,
            f"{own}dela-ut/",
            "/personer/",
            "/personer/?q=els",
            f"/personer/{cast['elsa']}/",
            *why,
        ]
        past = [f"/personer/{cast['elsa']}/som-det-var/?dag=2026-11-23", f"{own}som-det-var/"]
        office = [
            "/personer/borttagna/",
            "/oversikt/",
            f"/planer/{self.plan.pk}/",
            "/licenser/",
            f"/licenser/{self.lot.pk}/",
        ]
        office += ["/fynd/", "/fynd/lista/", f"/fynd/lista/?skola={cast['bjork']}&vem=it", "/fynd/lista/?regel=x"]
        office += ["/kallor/", f"/kallor/{self.run.source_id}/", f"/planer/{self.run.plan_id}/"]
        office += ["/kallor/ny/", *(f"/kallor/ny/{one.kind}/" for one in CONNECTORS), f"/kallor/{self.draft}/prova/"]
        office += [f"/kallor/{self.mapped}/{page}" for page in ("installningar/", "mappningar/", "prova/", "ta-bort/")]
        details = f"/personer/{cast['elsa']}/uppgifter/"
        office += ["/kallor/vem-bestammer/", "/kallor/ar-det-samma/", f"/kallor/{self.run.source_id}/ersatt/"]
        office += [details, f"{details}name/", f"/personer/{cast['elsa']}/sla-ihop/?q=ol"]
        office += [f"/personer/{cast['elsa']}/sla-ihop/{cast['olle']}/"]
        office += [f"/kallor/{self.sent}/", f"/kallor/{self.sent}/mottagning/"]
        office += ["/leveranser/", *(f"/leveranser/{run}/" for run in self.deliveries)]
        service = f"/tjanster/{self.offer.service.pk}/"
        way = f"{service}leveranssatt/"
        preview = f"{way}forhandsvisning/"
        accounts = [f"{service}{page}/" for page in ("konton", "borttagningar")]
        person = f"/personer/{cast['elsa']}/"
        office += [*accounts, f"{service}skotsel/", f"{person}skickat/", f"/personer/{cast['olle']}/skicka-aldrig/"]
        office += [way, f"{way}prova/", preview, f"{preview}?klass={cast['class_5b']}"]
        free = f"/tjanster/{self.full.service.pk}/leveranssatt/ny/"
        office += [free, *(f"{free}{one.kind}/" for one in WAYS)]
        client = f"/api-klienter/{self.api_client}/"
        office += [f"{service}hamtning/ny/", f"{service}hamtning/forhandsvisning/?klass={cast['class_5b']}"]
        office += ["/api-klienter/", "/api-klienter/ny/", client, f"{client}profil/"]
        federation = f"/federationer/{self.federation}/"
        office += ["/federationer/", federation, f"{federation}nycklar/", f"{federation}var-post/"]
        today = f"/dagens-personal/{cast['bjork']}/"
        school = [today, f"{today}slapp-in/", f"{today}ledig/", "/folkbokforing/", "/folkbokforing/?slag=elsewhere"]
        registers = ["/dagens-personal/", f"/folkbokforing/register/{self.register}/"]
        registers += [f"/folkbokforing/register/?slag={kind}" for kind in ("navet_rest", "navet_files")]
        return {
            "elsa": [
                "/",
                "/?q=ma",
                "/mina-resultat/",
                f"/oppna/{self.fresh.resource.pk}/vanta",
                f"/personer/{cast['elsa']}/",
                *everybody,
            ],
            "tove": ["/", f"{own}resultat/", *work],
            "petra": [*work, *past, *school, "/licenser/", "/fynd/", "/fynd/lista/?visa=uppskjutna"],
            "dana": ["/datafloden/", "/tjanster/", service, *accounts, f"/leveranser/{self.deliveries[0]}/"],
            "gustav": ["/personer/", f"/personer/{cast['elsa']}/"],
            "alva": [
                *office,
                *school,
                *registers,
                *past,
                "/tjanster/",
                service,
                "/datafloden/",
                *work,
            ],
        }[name]


def make_scene(authority: Authority, *, folder: Path) -> Scene:
    """Fill an authority, through the doors of the apps."""
    cast = make_cast(authority)
    with within(authority.id):
        officer = User.objects.create(username="dana", display_name="Dana", staff_roles=[Role.OFFICER.value])
        cast = replace(cast, users={**cast.users, "dana": officer})
        offer, full, fresh = make_offer(cast), make_offer(cast, slug="laskan"), make_offer(cast, slug="nyss")
        offer.allow()
        lot = offer.lot(quantity=30, price="49.00", payer="Barn- och utbildningsförvaltningen")
        offer.assign(lot, "class_5b")
        _full(full)
        _fresh(fresh)
        _more(cast, offer)
        settle(today=TODAY, cause="scene")
        list(release_many(offer.service.id, entitled(offer.service.id, today=TODAY), today=TODAY))
        _findings(cast)
        plan, deliveries = _plan(), _deliveries(offer)
        make_accounts(offer)
        make_results(offer)
        source = sources.add_csv_source(
            name="Skolsystemet", folder=Folder.small(folder).path, actor=offer.by, approve_automatically=False
        )
        api_client = _api_client(offer)
        sent = sources.add_source(kind="egil_in", name="Grannkommunen", settings={}, actor=offer.by)
    run = sources.run(source.pk, actor=offer.by, today=TODAY)
    mapped, draft = make_mapped(authority, actor=offer.by)
    with within(authority.id):
        consequences = _rollover(cast)
    with within(authority.id):
        register = make_school(cast)
    federation = make_federation(authority)
    made = (plan, lot, run, deliveries, api_client, mapped, draft, sent.pk, consequences, register, federation)
    return Scene(cast, offer, full, fresh, *made)


def _full(offer: Offer) -> None:
    """A service with names, whose agreement ends soon and whose lot is full."""
    offer.allow(
        Level.FIELDS,
        display=Display.GIVEN_NAME,
        group_names=GroupNames.SUBJECT_YEAR,
        fields=[
            FieldChoice(Field.GIVEN_NAME, "Att läraren känner igen eleven", "3.2"),
            FieldChoice(Field.SCHOOL_UNIT, "Att skolan kan följa upp", "3.4", date(2027, 6, 30)),
        ],
    )
    end_agreement(Agreement.objects.get(service=offer.service).pk, last_day=date(2026, 12, 14), by=offer.by)
    offer.assign(offer.lot(quantity=1, on_shortage=OnShortage.HARD_STOP), "class_5b", end=date(2026, 12, 14))


def _fresh(offer: Offer) -> None:
    """A service that has just been given: nobody has an account there yet, so that opening it waits."""
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    provisioning.add_target(offer.service.id, base_uri="https://nyss.example", pins=["B" * 43 + "="], by=offer.by)


def _more(cast: Cast, offer: Offer) -> None:
    for title, code, subject in SUBJECTS:
        free = catalogue.add_resource(
            title,
            provider_id=offer.service.provider_id,
            service_id=offer.service.id,
            kind=ResourceKind.FREE,
            subject_code=code,
            subject_name=subject,
            by=offer.by,
        )
        _give(cast, free)
    printed = catalogue.add_resource(
        "Räkneresan 5, boken", provider_id=offer.service.provider_id, kind=ResourceKind.PRINTED,
        subject_code="MA", subject_name="Matematik", by=offer.by,
    )  # fmt: skip
    offer.assign(offer.lot(resource_id=printed.id), "class_5b")


def _give(cast: Cast, resource: Resource) -> None:
    assign(
        to=AssignedKind.GROUP,
        subject_id=cast["class_5b"],
        start_date=SCHOOL_YEAR,
        resource_id=resource.id,
        by=cast.actor("alva"),
    )


def _plan() -> Plan:
    rows = [
        NewRow("update", "person", "1", "Björkskolan", "Elsa Åberg", {"family_name": ["Åberg", "Ek"]}),
        NewRow("create", "group", "2", "Björkskolan", "5C", {"display_name": [None, "5C"]}),
        *(NewRow("remove", "person", f"r{n}", "Lundskolan", f"Elev nummer {n}") for n in range(40)),
    ]
    hit = {"measure": "churn", "kind": "person", "counted": 412, "allowed": 300, "existing": 6000}
    return plans.store(
        "trial",
        uuid4(),
        plan_hash="0" * 64,
        feed_position=0,
        summary={"person": {"remove": 412, "update": 1}, "group": {"create": 1}},
        held_by=[hit],
        rows=rows,
    )


def _deliveries(offer: Offer) -> list[UUID]:
    """A target with one run that is done and one that is under way."""
    target = provisioning.add_target(
        offer.service.id, base_uri="https://provider.example", pins=["A" * 43 + "="], by=offer.by
    )
    begun = clock.now() - timedelta(seconds=20)
    done, going = (
        DeliveryRun.objects.create(
            target=target, state=state, phase=phase, actor="test", started_at=begun, sending_since=begun, done=number,
            total=13_500, planned={"create User": 10_000, "create StudentGroup": 900, "remove User": 4},
        )
        for state, phase, number in (
            (RunState.FAILED, Phase.ENDED, 13_500),
            (RunState.RUNNING, Phase.SENDING, 4_200),
        )
    )  # fmt: skip
    for number in range(60):
        Receipt.objects.create(
            target=target, run_id=done.pk, resource_type="User", released_id=UUID(int=number), action="create",
            http_status=201, at=begun,
        )  # fmt: skip
    failed = NewFinding(
        "provisioning.not_delivered",
        "User",
        str(UUID(int=1)),
        "The service has not accepted an object ({code}).",
        owner="provider",
        params={"code": "409"},
    )
    findings.replace(f"delivery:{target.id}", [failed])
    return [done.pk, going.pk]


def _api_client(offer: Offer) -> UUID:
    """A client that reads, subscribes and reports."""
    given = trust.add_client(
        "Skolverket", by=offer.by, now=clock.now(), profile=provisioning.PRESETS["skolverket"].profile
    )
    client = trust.ApiClient.objects.get(id=given.client_id)
    for days, entity in ((0, "persons"), (0, "groups"), (1, "persons")):
        trust.Reading.objects.create(
            client=client, date=TODAY - timedelta(days=days), entity=entity, requests=214, objects_read=10_412
        )
    made = subscriptions.subscribe(
        client, name="Skolverkets provtjänst", target="https://ss12000.example/webhook/547050e7",
        resource_types=["Person", "Group", "Activity"], now=clock.now(),
    )  # fmt: skip
    Subscription.objects.filter(id=made.id).update(answer="500", trouble="failing")
    reports.log(
        client,
        {
            "message": "courseCode MAT101 kan inte mappas mot någon känd kurs.", "messageType": "ValueMapping",
            "resourceType": "Syllabus", "resourceId": str(UUID(int=7)), "severityLevel": "Warning",
        },
        now=clock.now(),
    )  # fmt: skip
    counts = {"resourceType": "Person", "newCount": 2, "updatedCount": 234, "deletedCount": 0}
    reports.statistics(client, counts, now=clock.now())
    return given.client_id


def _rollover(cast: Cast) -> list[UUID]:
    """A rollover under way: deliveries frozen, looked at once."""
    by = cast.actor("alva")
    found = event.begin(TODAY.replace(year=2027, month=8, day=17), today=TODAY, by=by)
    freezing.freeze(reason="Läsårsskifte", remind_date=found.day, today=TODAY, by=by, rollover=found)
    event.look(today=TODAY)
    return list(found.consequences.values_list("pk", flat=True))[:1]


def _findings(cast: Cast) -> None:
    found = [
        NewFinding("csv.dangling", "row", str(n), "Row {n} refers to somebody who is not in the file", params={"n": n},
                   place=f"memberships.csv:{n}", owner="school")
        for n in range(3)
    ]  # fmt: skip
    findings.replace("source:x", found)
    for back, counted in ((9, 40), (8, 37), (7, 31), (3, 12)):
        FindingCount.objects.create(
            day=TODAY - timedelta(days=back), unit_id=cast["bjork"], rule="person.eppn_name", owner="it",
            severity=Severity.WARNING, open=counted,
        )  # fmt: skip
    quality.sweep(today=TODAY)
    asked, later = Finding.objects.filter(scope=quality.SCOPE, unit_id=cast["bjork"]).order_by("pk")[:2]
    follow_up.asked(asked.pk, note="Ärende 4711", by=cast.actor("alva"))
    until = TODAY + timedelta(days=14)
    follow_up.snooze(later.pk, until=until, reason="Lärare tillsätts", today=TODAY, by=cast.actor("petra"))
