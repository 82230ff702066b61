"""What the templates are drawn with: icons, covers, tags, dates as people say them, the frame around a page."""

from datetime import date, datetime

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kateder.portal import covers, icons, periods
from kateder.portal.fields import sections
from kateder.portal.frame import Frame, frame_of

register = template.Library()

TAG_ICONS = {"ok": "check", "warn": "clock", "bad": "circle-alert", "none": ""}


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "search" %}`: an inline drawing that a screen reader passes over."""
    return icons.draw(name)


@register.simple_tag
def cover(title: str, subject_code: str | None = None) -> SafeString:
    """`{% cover resource.title resource.subject_code %}`."""
    return covers.draw(title, subject_code=subject_code)


@register.simple_tag
def tag(tone: str, text: str) -> SafeString:
    """`{% tag "ok" text %}`: a word and a sign; the colour (ok, warn, bad, none) only repeats them."""
    sign = icons.draw(TAG_ICONS[tone]) if TAG_ICONS[tone] else ""
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, sign, text)


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame:
    """`{% frame as frame %}`: whose page this is and what the menu holds."""
    return frame_of(context.get("request"))


register.filter("sections", sections)


@register.filter
def when(value: date | datetime | None) -> str:
    """`{{ run.started_at|when }}`: today 08.41, yesterday, on Friday, 12 November, 12 November 2025; or never."""
    return periods.when(value)
