"""No personal data in logs, ever: also not in what a library says of an exception."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import DataError, connection

from kateder.config import logs
from kateder.core.models import Authority
from kateder.core.tenancy import within


def logged_by(logger: str, error: Exception) -> dict[str, object]:
    """The line for an exception, as the root handler writes it."""
    record = logging.getLogger(logger).makeRecord(
        logger,
        logging.ERROR,
        __file__,
        1,
        "Internal Server Error: %s",
        ("/personer/",),
        (type(error), error, error.__traceback__),
    )
    line: dict[str, object] = json.loads(logs.WithoutData().format(record))
    return line


def test_a_value_that_the_database_quotes_is_not_in_the_log(authority: Authority) -> None:
    with pytest.raises(DataError, match="Elsa") as caught, within(authority.id), connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", ["Elsa Åberg"])
    line = logged_by("django.request", caught.value)
    assert "Elsa" not in json.dumps(line, ensure_ascii=False)
    assert line["event"] == "Internal Server Error: /personer/"
    assert line["error"] == "DataError < InvalidDatetimeFormat"
    assert line["at"]


def test_what_libraries_log_takes_this_form() -> None:
    handlers = logging.getLogger().handlers
    assert any(isinstance(handler.formatter, logs.WithoutData) for handler in handlers)
