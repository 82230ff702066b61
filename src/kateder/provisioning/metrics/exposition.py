"""The text format of Prometheus, version 0.0.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value with its labels."""

    labels: Mapping[str, str]
    value: float


@dataclass(slots=True)
class Gauge:
    """A metric that goes up and down; `help` says what it is, in one line."""

    name: str
    help: str
    samples: list[Sample] = field(default_factory=list)

    def set(self, value: float, **labels: str) -> None:
        """Add a value."""
        self.samples.append(Sample(labels, value))


def text_of(gauges: Iterable[Gauge]) -> str:
    """Give the metrics as text; one without a value is left out."""
    return "".join(line + "\n" for gauge in gauges if gauge.samples for line in _lines(gauge))


def _lines(gauge: Gauge) -> Iterator[str]:
    yield f"# HELP {gauge.name} {_escaped(gauge.help)}"
    yield f"# TYPE {gauge.name} gauge"
    for sample in gauge.samples:
        labels = ",".join(f'{name}="{_escaped(value, quoted=True)}"' for name, value in sample.labels.items())
        yield f"{gauge.name}{{{labels}}} {_number(sample.value)}" if labels else f"{gauge.name} {_number(sample.value)}"


def _escaped(text: str, *, quoted: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace('"', '\\"') if quoted else escaped


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
