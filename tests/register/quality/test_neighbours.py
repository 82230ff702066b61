"""Rules look at one authority."""

from __future__ import annotations

from tests.cast import TODAY, Cast

from kateder.core import quality
from kateder.core.models import Finding
from kateder.core.tenancy import within


def test_neighbours_data_is_never_looked_at(cast: Cast, neighbours: Cast) -> None:
    with within(cast.authority.id):
        quality.sweep(today=TODAY)
        subjects = set(Finding.objects.values_list("subject_id", flat=True))
    assert subjects
    assert not subjects & {str(root) for root in neighbours.ids.values()}
