"""What `kateder doctor` says about targets."""

from __future__ import annotations

from collections.abc import Iterator

from kateder.core import authorities, clock
from kateder.core.checks import Answer, check, failure, fine, note, warning
from kateder.core.tenancy import within
from kateder.provisioning.models import Target, TargetState
from kateder.provisioning.sight import health
from kateder.provisioning.targets import checking


@check("targets")
def targets() -> Iterator[Answer]:
    """Whether every active target is reached, knows us, and is who it should be; sends no data."""
    for authority in authorities.every():
        with within(authority.id):
            found = list(Target.objects.select_related("service").order_by("service__slug"))
        for target in found:
            name = f"{authority.slug}/{target.service.slug}"
            if target.state == TargetState.PAUSED:
                yield note(f"{name} is paused", "Let it go on with `kateder target resume`.")
                continue
            wrong = [one for one in checking.check(authority.id, target.id, now=clock.now()) if not one.ok]
            if wrong:
                yield failure(f"{name}: {wrong[0].name}", wrong[0].sentence)
            else:
                yield fine(f"{name} answers at {target.place}")


@check("deliveries")
def deliveries() -> Iterator[Answer]:
    """Whether every service is in step with the register, and if not, since when and why; as the page says."""
    now = clock.now()
    for authority in authorities.every():
        with within(authority.id):
            found = health.of_all(now=now)
        for one in found:
            if one.is_well:
                yield fine(f"{authority.slug}/{one.slug}: {one.standing.label}")
                continue
            since = f" since {one.since.astimezone(clock.ZONE):%Y-%m-%d %H:%M}" if one.since else ""
            said = f"{authority.slug}/{one.slug}: {one.standing.label}{since}"
            advice = str(one.next_step or "Our certificate ends soon: make a new key and give it to the provider.")
            yield warning(f"{said} ({one.why})" if one.why else said, advice)
