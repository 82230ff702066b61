"""A small curve drawn on the server: how something has gone, day by day, without script and without a library."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH, HEIGHT, EDGE = 120, 32, 3


def draw(values: Sequence[int | None], *, label: str = "", large: bool = False) -> SafeString:
    """The curve of some days, oldest first; over a day without a value it goes straight on.

    One day is no curve: nothing is drawn. Without `label` it is decoration, which a screen reader passes over.
    """
    points = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(points) < 2:
        return SafeString("")
    most = max(value for _place, value in points) or 1
    across = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    where = [(EDGE + place * across, HEIGHT - EDGE - value / most * (HEIGHT - 2 * EDGE)) for place, value in points]
    line = format_html('<polyline points="{}"/>', " ".join(f"{x:.1f},{y:.1f}" for x, y in where))
    last = format_html('<circle cx="{}" cy="{}" r="2.5"/>', f"{where[-1][0]:.1f}", f"{where[-1][1]:.1f}")
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    css = "spark spark-large" if large else "spark"
    return format_html('<svg class="{}" viewBox="0 0 {} {}" {}>{}{}</svg>', css, WIDTH, HEIGHT, said, line, last)
