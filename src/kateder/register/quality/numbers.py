"""Personal numbers: form and check digit, co-ordination and temporary numbers, dates of birth that disagree.

Nobody is set aside because a number is odd (domain rule 2).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule

_OF = """
SELECT p.id, '', h.unit_id, '{{}}'::jsonb FROM register_person p JOIN home h ON h.person_id = p.id WHERE {when}
"""
_TWELVE = "p.civic_no ~ '^[0-9]{12}$'"
_TEMPORARY = "p.civic_no ~ '^[0-9]{8}(T[0-9]{3}|TF[0-9]{2}|[A-ZÅÄÖ][A-ZÅÄÖ0-9][0-9]{2})$'"
# The sum of ten digits, every other doubled and its own digits added, ends in zero (SKV 704). Written out: a
# subquery per person takes five times as long.
_DIGITS = [f"substr(p.civic_no, {place}, 1)::int" for place in range(3, 13)]
_DOUBLED = [f"{digit} * 2 - 9 * ({digit} > 4)::int" for digit in _DIGITS[::2]]
_LUHN = f"({' + '.join(_DOUBLED + _DIGITS[1::2])}) %% 10 = 0"
_DAY = "substr(p.civic_no, 7, 2)::int"
_BORN = (
    "left(p.civic_no, 6) || lpad((CASE WHEN substr(p.civic_no, 7, 2) ~ '^[0-9]+$' AND "
    f"{_DAY} > 60 THEN {_DAY} - 60 ELSE {_DAY} END)::text, 2, '0')"
)


def rules() -> Iterator[Rule]:
    """What cannot be right first, then what is right but has to be known."""
    yield from _wrong()
    yield from _to_know()


def _wrong() -> Iterator[Rule]:
    yield Rule(
        code="person.number_form",
        title=gettext_noop("Personal numbers of the wrong form"),
        message=gettext_noop("The personal number has neither the form of a personal number nor of a temporary one."),
        remedy=gettext_noop("Correct the number in the school system or the HR system."),
        subject_type="person",
        owner="school",
        select=_OF.format(when=f"p.civic_no IS NOT NULL AND NOT {_TWELVE} AND NOT {_TEMPORARY}"),
    )
    yield Rule(
        code="person.number_check_digit",
        title=gettext_noop("Personal numbers with a wrong check digit"),
        message=gettext_noop("The check digit of the personal number is wrong: somebody has mistyped it."),
        remedy=gettext_noop("Look up the right number and correct it in the school system or the HR system."),
        subject_type="person",
        owner="school",
        severity=Severity.ERROR,
        select=_OF.format(when=f"CASE WHEN {_TWELVE} THEN NOT {_LUHN} ELSE false END"),
    )
    yield Rule(
        code="person.birth_date_differs",
        title=gettext_noop("Dates of birth that disagree with the personal number"),
        message=gettext_noop("The date of birth is not the one in the personal number."),
        remedy=gettext_noop("Correct the one that is wrong in the school system or the HR system."),
        subject_type="person",
        owner="school",
        select=_OF.format(
            when=f"CASE WHEN {_TWELVE} AND p.birth_date IS NOT NULL THEN to_char(p.birth_date, 'YYYYMMDD') <> {_BORN}"
            " ELSE false END"
        ),
    )


def _to_know() -> Iterator[Rule]:
    yield Rule(
        code="person.number_temporary",
        title=gettext_noop("Temporary numbers"),
        message=gettext_noop("The person has a temporary number."),
        remedy=gettext_noop(
            "Replace it when the person has a personal number or a co-ordination number; accounts are kept."
        ),
        subject_type="person",
        owner="school",
        severity=Severity.INFO,
        select=_OF.format(when=f"{_TEMPORARY}"),
    )
    yield Rule(
        code="person.number_coordination",
        title=gettext_noop("Co-ordination numbers"),
        message=gettext_noop("The person has a co-ordination number, which may be replaced by a personal number."),
        remedy=gettext_noop("Nothing to do until the person has a personal number; then enter that one."),
        subject_type="person",
        owner="school",
        severity=Severity.INFO,
        select=_OF.format(when=f"CASE WHEN {_TWELVE} THEN {_DAY} > 60 ELSE false END"),
    )
    yield Rule(
        code="person.number_missing",
        title=gettext_noop("Pupils without any number"),
        message=gettext_noop("The pupil has neither a personal number nor a temporary one."),
        remedy=gettext_noop(
            "Enter the number in the school system if there is one. Without it nobody is compared with the "
            "population register."
        ),
        subject_type="person",
        owner="school",
        severity=Severity.INFO,
        select=_OF.format(when="p.civic_no IS NULL AND h.is_pupil"),
    )
