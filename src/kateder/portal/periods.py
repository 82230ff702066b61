"""Dates and periods in words."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext, ngettext

from kateder.portal.words import number


def day(value: date) -> str:
    """30 June 2027, the reader's way."""
    return formats.date_format(value, "j F Y")


def period(first: date | None, last: date | None) -> str:
    """From a day to a day; dates are inclusive, no last day means until further notice."""
    if first and last:
        return gettext("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    if first:
        return gettext("from %(first)s until further notice") % {"first": day(first)}
    return gettext("until %(last)s") % {"last": day(last)} if last else gettext("until further notice")


def days_left(last: date, *, today: date) -> str:
    """How long is left, for what ends soon."""
    left = (last - today).days
    if left == 0:
        return gettext("ends today")
    return ngettext("ends in %(n)s day", "ends in %(n)s days", left) % {"n": number(left)}
