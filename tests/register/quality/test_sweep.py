"""All rules are asked together; a finding is gone by itself when the data is right."""

from __future__ import annotations

import pytest
from tests.cast import TODAY, Cast
from tests.register.quality.changing import change, found

from kateder.core import quality
from kateder.core.models import Finding, Severity
from kateder.register.api import Entity

pytestmark = pytest.mark.usefixtures("tenant")


def test_what_the_cast_has_is_right_but_for_known_things(cast: Cast) -> None:
    quality.sweep(today=TODAY)
    rules = set(Finding.objects.filter(closed_at=None).exclude(severity=Severity.INFO).values_list("rule", flat=True))
    assert rules == {"person.eppn_name", "group.without_teacher"}


def test_a_finding_is_gone_by_itself_when_the_data_is_right(cast: Cast) -> None:
    change(Entity.PERSON, cast["tove"], emails=[])
    assert found("person.email_missing") == {cast["tove"]}
    change(Entity.PERSON, cast["tove"], emails=["tove@bjorkviken.example"])
    assert found("person.email_missing") == set()
    assert Finding.objects.get(rule="person.email_missing").closed_at is not None
