"""Personal numbers that belong to nobody: the series that Skatteverket keeps for tests.

Skatteverket publishes test numbers with birth numbers 238 and 239, and keeps 980–999 apart for tests; none of them is
ever given to a living person. An even third digit says woman, an odd one man; the check digit is real.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

_WOMEN = (238, *range(980, 1000, 2))
_MEN = (239, *range(981, 1000, 2))


def check_digit(nine_digits: str) -> int:
    """Return the control digit of YYMMDDNNN (the modulus-10 method, 18 § folkbokföringslagen)."""
    total = 0
    for position, character in enumerate(nine_digits):
        product = int(character) * (2 - position % 2)
        total += product // 10 + product % 10
    return -total % 10


@dataclass(slots=True)
class NumberSeries:
    """Gives every number once; each authority that is generated has a series of its own."""

    _taken: dict[tuple[date, bool, int], int] = field(default_factory=dict)
    _temporary: "count[int]" = field(default_factory=lambda: count(1))

    def take(self, born: date, *, woman: bool) -> tuple[date, str]:
        """Return a birth date and its twelve digits: the nearest date from `born` with a number left."""
        return self._take(born, woman=woman, added_days=0)

    def take_coordination(self, born: date, *, woman: bool) -> tuple[date, str]:
        """Return the same for a co-ordination number, in which the day is raised by sixty."""
        return self._take(born, woman=woman, added_days=60)

    def take_temporary(self, born: date) -> str:
        """Return a school's own number for somebody who has none yet: ÅÅÅÅMMDD, TF and two digits."""
        return f"{born:%Y%m%d}TF{next(self._temporary) % 100:02d}"

    def _take(self, born: date, *, woman: bool, added_days: int) -> tuple[date, str]:
        serials = _WOMEN if woman else _MEN
        while (used := self._taken.get((born, woman, added_days), 0)) == len(serials):
            born += timedelta(days=1)
        self._taken[born, woman, added_days] = used + 1
        digits = f"{born:%Y%m}{born.day + added_days:02d}{serials[used]}"
        return born, f"{digits}{check_digit(digits[2:])}"
