"""The check of a source, step by step."""

from __future__ import annotations

import pytest
from tests.sources.https import Answers
from tests.sources.ss12000.reading import Setup, settings

from kateder.core.setup import StepName
from kateder.sources import api
from kateder.sources.connecting import STEP_LABELS


def test_the_check_goes_step_by_step(setup: Setup) -> None:
    steps = api.check(setup.source.pk, actor=setup.actor)
    assert [(step.name, step.ok) for step in steps] == [(name, True) for name in STEP_LABELS]


@pytest.mark.parametrize(
    ("wrong", "failed"),
    [
        ({"address": "http://127.0.0.1/"}, StepName.SETTINGS),
        ({"certificate": "not pem", "certificate_key": "-"}, StepName.SETTINGS),
        ({"address": "https://127.0.0.1:9/v2.0"}, StepName.CONNECTION),
        ({"server_pins": "AAAA"}, StepName.CONNECTION),
    ],
)
def test_the_check_says_which_step_failed(setup: Setup, wrong: dict[str, object], failed: StepName) -> None:
    steps = api.check_settings("ss12000", settings=settings(setup.https, **wrong))
    assert [step.name for step in steps if not step.ok] == [failed]
    assert steps[-1].name == failed
    assert steps[-1].sentence


def test_the_check_says_that_the_credentials_are_refused(setup: Setup) -> None:
    setup.school.twist = lambda asked, answers: (
        answers if asked.headers.get("Authorization") == "Bearer right" else Answers(None, status=401)
    )
    steps = api.check_settings("ss12000", settings=settings(setup.https))
    assert steps[-1].name == StepName.CREDENTIALS
    assert not steps[-1].ok
