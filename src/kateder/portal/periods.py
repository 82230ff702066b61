"""Dates and periods in words."""

from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext, ngettext

from kateder.core import clock
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


def when(value: date | datetime | None) -> str:
    """A moment or a day as people say it, seen from today: read only where a page is drawn."""
    if value is None:
        return gettext("never")
    today = clock.today()
    moment = value.astimezone(clock.ZONE) if isinstance(value, datetime) else None
    held = moment.date() if moment else value
    distance = (today - held).days
    if distance == 0:
        return gettext("today %(clock)s") % {"clock": moment.strftime("%H.%M")} if moment else gettext("today")
    if distance in {1, -1}:
        return gettext("yesterday") if distance == 1 else gettext("tomorrow")
    if 1 < distance < 7:
        return _weekday(held)
    return formats.date_format(held, "j F" if held.year == today.year else "j F Y")


def _weekday(held: date) -> str:
    """The weekday in the week that was."""
    names = (
        gettext("on Monday"),
        gettext("on Tuesday"),
        gettext("on Wednesday"),
        gettext("on Thursday"),
        gettext("on Friday"),
        gettext("on Saturday"),
        gettext("on Sunday"),
    )
    return names[held.weekday()]
