"""Findings in words: what is wrong, how it is mended, whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core import quality
from kateder.core.models import Finding, Severity
from kateder.portal.periods import day
from kateder.portal.words import FIELDS, KINDS, Words, number, word
from kateder.protocols.ss12000 import SCHOOL_TYPE, UnknownCode

TONES: Final[Mapping[str, str]] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "none"}
AREAS: Final[Words] = {
    "source": _("Rows of a source"),
    "mastering": _("Sources that disagree"),
    "licences": _("Licences"),
    "api": _("API clients"),
    "population": _("The population register"),
}
OTHER_RULES: Final[Words] = {
    "provisioning.stopped": _("Deliveries that stopped"),
    "provisioning.not_delivered": _("What a service has not accepted"),
    "provisioning.removal_unconfirmed": _("Removals that a service has not confirmed"),
    "provisioning.removal_unproved": _("Removals that nothing proves"),
    "provisioning.still_there": _("Accounts that a service said were removed, and still has"),
}


def title(rule: str) -> str:
    """What a rule is about, as a heading."""
    known = quality.rules().get(rule)
    if known is not None:
        return gettext(known.title)
    area = rule.partition(".")[0]
    return word(OTHER_RULES, rule) if rule in OTHER_RULES else word(AREAS, area)


def said(finding: Finding) -> str:
    """What is wrong, with codes and dates in the reader's words."""
    params = {name: _shown(name, value) for name, value in finding.params.items()}
    return gettext(finding.message).format(**params)


def remedy(finding: Finding) -> str:
    """How it is mended; empty where nobody has said."""
    params = {name: _shown(name, value) for name, value in finding.params.items()}
    return gettext(finding.remedy).format(**params) if finding.remedy else ""


def _shown(name: str, value: object) -> str:
    if name == "day":
        return day(date.fromisoformat(str(value)))
    if name == "count":
        return number(value)
    if name == "column":
        return word(FIELDS, str(value))
    if name == "entity":
        return word(KINDS, str(value))
    if name == "school_type":
        return _school_type(str(value))
    return str(value)


def _school_type(code: str) -> str:
    try:
        return SCHOOL_TYPE.name_of(code)
    except UnknownCode:
        return code
