"""A check ends at the first step that fails, and a refusal fails the step that had to come next."""

from collections.abc import Iterator

from kateder.core.errors import DomainError
from kateder.core.setup import Step, StepName, walked

ORDER = (StepName.SETTINGS, StepName.CONNECTION, StepName.CREDENTIALS)


class Shut(DomainError):
    """It is shut."""


def _refusing_after(*names: StepName) -> Iterator[Step]:
    yield from map(Step, names)
    raise Shut


def test_a_refusal_before_anything_was_tried_fails_the_first_step() -> None:
    assert list(walked(_refusing_after(), order=ORDER)) == [Step(StepName.SETTINGS, False, "It is shut.")]


def test_a_refusal_fails_the_step_that_had_to_come_next() -> None:
    steps = list(walked(_refusing_after(StepName.SETTINGS, StepName.CONNECTION), order=ORDER))
    assert steps[-1] == Step(StepName.CREDENTIALS, False, "It is shut.")


def test_what_a_check_leaves_out_is_not_what_failed() -> None:
    steps = list(walked(_refusing_after(StepName.SETTINGS), order=[StepName.SETTINGS, StepName.CREDENTIALS]))
    assert steps[-1].name is StepName.CREDENTIALS


def test_a_refusal_after_the_last_step_is_of_what_was_read() -> None:
    assert list(walked(_refusing_after(*ORDER), order=ORDER))[-1].name is StepName.RECORD


def test_nothing_is_tried_after_a_step_that_failed() -> None:
    tried = [Step(StepName.SETTINGS), Step(StepName.CONNECTION, False, "No answer."), Step(StepName.CREDENTIALS)]
    assert list(walked(tried, order=ORDER)) == tried[:2]
