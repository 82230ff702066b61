"""Roles of OneRoster 1.1 and 1.2 as SS 12000's duties and relations. What is not here is no role at a school."""

from __future__ import annotations

from collections.abc import Mapping

PUPIL = "student"
TEACHING = frozenset({"teacher", "aide"})
# A role of somebody who works there. Nobody is made a principal by a name for another thing.
DUTIES: Mapping[str, str] = {
    "teacher": "Lärare",
    "aide": "Lärarassistent",
    "principal": "Rektor",
    "administrator": "Skoladministratör",
    "siteadministrator": "Skoladministratör",
    "districtadministrator": "Annan personal",
    "systemadministrator": "Annan personal",
    "counselor": "Studie- och yrkesvägledare",
    "proctor": "Annan personal",
}
RELATIONS: Mapping[str, str] = {
    "guardian": "Vårdnadshavare",
    "parent": "Förälder",
    "relative": "Annan ansvarig",
}
SEXES: Mapping[str, str] = {"male": "Man", "female": "Kvinna"}
ORGANISATIONS: Mapping[str, str] = {"school": "Skolenhet"}
AT_THE_TOP = frozenset({"district", "local"})
