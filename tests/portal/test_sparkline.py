"""The small curves."""

from __future__ import annotations

import re

from kateder.portal import sparkline


def test_one_day_is_no_curve() -> None:
    assert [sparkline.draw(values) for values in ([], [None, 4], [7])] == ["", "", ""]


def test_the_curve_goes_straight_on_over_a_day_without_a_value() -> None:
    drawn = sparkline.draw([0, None, 10], label="Fynd")
    (points,) = re.findall(r'points="([^"]+)"', drawn)
    assert points == "3.0,29.0 117.0,3.0"
    assert 'aria-label="Fynd"' in drawn
