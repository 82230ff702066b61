"""Results that a service has returned, for the browser to look at."""

from __future__ import annotations

from uuid import uuid4

from kateder.core import clock
from kateder.provisioning.models import GradebookRecord
from tests.offer import Offer


def make_results(offer: Offer) -> None:
    """Two tasks of the class; one pupil has a result of each."""
    now = clock.now()
    for number, title in enumerate(("Bråk, diagnos", "En berättelse om en resa som aldrig blev av, utkast 2")):
        item = {"title": title, "dueDate": "2026-11-20T08:00:00Z", "resultValueMax": 20}
        result = {"score": 17.5, "textScore": "G", "scoreStatus": "fully graded", "comment": "Bra jobbat. Fortsätt."}
        of_class = {"service": offer.service, "group_id": offer.cast["class_5b"], "written_by": "scene"}
        times = {"created_at": now, "modified_at": now}
        GradebookRecord.objects.create(
            id=uuid4(), kind="lineItems", sourced_id=f"li-{number}", doc=item, **of_class, **times
        )
        GradebookRecord.objects.create(
            id=uuid4(), kind="results", sourced_id=f"r-{number}", doc=result, line_item=f"li-{number}",
            person_id=offer.cast["elsa"], **of_class, **times,
        )  # fmt: skip
