"""The figures: deliveries, jobs, sources and findings, by authority and service; nothing about anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max

from kateder.core import authorities
from kateder.core.findings import open_findings
from kateder.core.tenancy import within
from kateder.provisioning.metrics.exposition import Gauge
from kateder.provisioning.models import DeliveryRun, Target, TargetObject
from kateder.provisioning.sight import health
from kateder.sources.models import RunState as SourceRunState
from kateder.sources.models import SourceRun

RECENT: Final = timedelta(hours=24)
JOBS: Final = """
SELECT queue_name, status::text, count(*),
       coalesce(max(extract(epoch FROM now() - greatest(coalesce(scheduled_at, '-infinity'), asked.at))), 0)
  FROM procrastinate_jobs j
  LEFT JOIN LATERAL (SELECT min(e.at) AS at FROM procrastinate_events e WHERE e.job_id = j.id) asked ON true
 WHERE status IN ('todo', 'doing', 'failed') AND coalesce(scheduled_at, '-infinity') <= now()
 GROUP BY queue_name, status ORDER BY queue_name, status
"""


class Figures:
    """One scrape."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._gauges: dict[str, Gauge] = {}

    def all(self) -> Iterator[Gauge]:
        """Ask for everything, authority by authority, each in a transaction of its own."""
        self._jobs()
        for authority in authorities.every():
            with within(authority.id):
                slugs = self._standings(authority.slug)
                self._runs(authority.slug, slugs)
                self._objects(authority.slug, slugs)
                self._sources(authority.slug)
                self._findings(authority.slug)
        yield from self._gauges.values()

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return self._gauges.setdefault(name, Gauge(f"kateder_{name}", help_text))

    def _standings(self, authority: str) -> dict[UUID, str]:
        targets = {target.id: target for target in Target.objects.all()}
        slugs = {}
        for one in health.of_all(now=self._now):
            slugs[one.target_id] = one.slug
            labels = {"authority": authority, "service": one.slug}
            target = targets[one.target_id]
            self._gauge("delivery_standing", "1 for how the service stands.").set(1, **labels, standing=one.standing)
            behind = self._gauge("delivery_behind_seconds", "For how long the service has not been in step.")
            behind.set(one.seconds_behind, **labels)
            bears = self._gauge("delivery_requests_at_a_time", "How many requests at a time the service bears.")
            bears.set(target.bears or target.max_connections, **labels)
            self._time("delivery_last_good", "When a delivery last ended with everything well.", one.last_good, labels)
            self._time("delivery_last_comparison", "When everything was last compared.", one.compared_at, labels)
            self._time("delivery_next_attempt", "When a service that is down is tried again.", one.next_attempt, labels)
            self._time("delivery_certificate_ends", "When our certificate ends, if soon.", one.certificate_ends, labels)
        return slugs

    def _time(self, name: str, help_text: str, at: datetime | None, labels: dict[str, str]) -> None:
        if at is not None:
            self._gauge(f"{name}_timestamp_seconds", help_text).set(at.timestamp(), **labels)

    def _runs(self, authority: str, slugs: dict[UUID, str]) -> None:
        runs: Counter[tuple[UUID, str]] = Counter()
        objects: Counter[tuple[UUID, str]] = Counter()
        seconds: Counter[tuple[UUID, str]] = Counter()
        found = DeliveryRun.objects.filter(target__in=slugs, started_at__gt=self._now - RECENT)
        for target, state, counts, spent in found.values_list("target_id", "state", "counts", "seconds").iterator():
            runs[target, state] += 1
            objects.update({(target, outcome): count for outcome, count in counts.items()})
            for phase, value in spent.items():
                seconds[target, phase] += value
        for name, help_text, label, values in (
            ("delivery_runs_24h", "Deliveries of the last 24 hours by how they ended.", "outcome", runs),
            ("delivery_objects_24h", "Objects of the last 24 hours by what came of them.", "outcome", objects),
            ("delivery_seconds_24h", "Seconds that deliveries of the last 24 hours took.", "phase", seconds),
        ):
            for (target, kind), value in sorted(values.items(), key=str):
                labels = {"authority": authority, "service": slugs[target], label: kind}
                self._gauge(name, help_text).set(value, **labels)

    def _objects(self, authority: str, slugs: dict[UUID, str]) -> None:
        failed = TargetObject.objects.filter(target__in=slugs).exclude(failure="").order_by()
        for row in failed.values("target_id", "failure").annotate(count=Count("id")):
            labels = {"authority": authority, "service": slugs[row["target_id"]], "cause": row["failure"]}
            gauge = self._gauge("delivery_objects_failing", "Objects that the service has not accepted, by cause.")
            gauge.set(row["count"], **labels)

    def _sources(self, authority: str) -> None:
        good = SourceRun.objects.filter(state__in=[SourceRunState.APPLIED, SourceRunState.UNCHANGED])
        for row in good.order_by("source__name").values("source__name").annotate(at=Max("finished_at")):
            labels = {"authority": authority, "source": row["source__name"]}
            self._time("source_last_good", "When a source was last read with everything well.", row["at"], labels)

    def _findings(self, authority: str) -> None:
        for row in open_findings().order_by().values("severity").annotate(count=Count("pk")):
            gauge = self._gauge("findings_open", "Findings that are open, by severity.")
            gauge.set(row["count"], authority=authority, severity=row["severity"])

    def _jobs(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            rows = cursor.fetchall()
        for queue, status, count, oldest in rows:
            labels = {"queue": queue, "status": status}
            self._gauge("jobs", "Jobs that wait, are done or have failed.").set(count, **labels)
            if status == "todo":
                waited = self._gauge("jobs_oldest_seconds", "For how long the oldest job has waited.")
                waited.set(float(oldest), queue=queue)
