"""The objects of OneRoster 1.2 and what may be asked of them: their attributes, their collections, their addresses.

Sources: OneRoster 1.2 Rostering and Gradebook Service, Information Models and REST/JSON Bindings (19 September 2022).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

SCOPE: Final = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
CORE: Final = f"{SCOPE}roster-core.readonly"
ROSTER: Final = f"{SCOPE}roster.readonly"
DEMOGRAPHICS: Final = f"{SCOPE}roster-demographics.readonly"
GRADES_CORE: Final = f"{SCOPE}gradebook-core.readonly"
GRADES: Final = f"{SCOPE}gradebook.readonly"
PUT_GRADES: Final = f"{SCOPE}gradebook.createput"
POST_GRADES: Final = f"{SCOPE}gradebook.createpost"
DELETE_GRADES: Final = f"{SCOPE}gradebook.delete"


class Shape(StrEnum):
    """What an attribute holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TEXTS = "texts"
    REFERENCE = "reference"
    REFERENCES = "references"
    OBJECTS = "objects"


T, D, R = Shape.TEXT, Shape.DATE, Shape.REFERENCE
_BASE: Final[Mapping[str, Shape]] = {"sourcedId": T, "status": T, "dateLastModified": Shape.TIME}


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object: how it is called alone and together, and its attributes in the order of the standard.

    `members` are those of the attributes that hold objects.
    """

    name: str
    single: str
    attributes: Mapping[str, Shape]
    required: frozenset[str]
    members: Mapping[str, Mapping[str, Shape]] = field(default_factory=dict)


def resource(
    name: str, single: str, /, *, required: str, members: Mapping[str, Mapping[str, Shape]] | None = None, **own: Shape
) -> Resource:
    """A resource with what every object has. Reserved words end in an underscore."""
    attributes = {**_BASE, **{attribute.rstrip("_"): shape for attribute, shape in own.items()}}
    return Resource(name, single, attributes, frozenset({*_BASE, *required.split()}), members or {})


SESSIONS: Final = resource(
    "academicSessions", "academicSession", required="title startDate endDate type schoolYear",
    title=T, startDate=D, endDate=D, type=T, parent=R, children=Shape.REFERENCES, schoolYear=T,
)  # fmt: skip
ORGS: Final = resource(
    "orgs", "org", required="name type identifier",
    name_=T, type=T, identifier=T, parent=R, children=Shape.REFERENCES,
)  # fmt: skip
COURSES: Final = resource(
    "courses", "course", required="title courseCode",
    title=T, schoolYear=R, courseCode=T, grades=Shape.TEXTS, subjects=Shape.TEXTS, org=R, subjectCodes=Shape.TEXTS,
)  # fmt: skip
CLASSES: Final = resource(
    "classes", "class", required="title course school terms",
    title=T, classCode=T, classType=T, location=T, grades=Shape.TEXTS, subjects=Shape.TEXTS, course=R, school=R,
    terms=Shape.REFERENCES, subjectCodes=Shape.TEXTS, periods=Shape.TEXTS,
)  # fmt: skip
USERS: Final = resource(
    "users", "user", required="enabledUser givenName familyName roles",
    members={"userIds": {"type": T, "identifier": T}, "roles": {"roleType": T, "role": T, "org": R, "beginDate": D,
             "endDate": D}},
    userMasterIdentifier=T, username=T, userIds=Shape.OBJECTS, enabledUser=T, givenName=T, familyName=T, middleName=T,
    preferredFirstName=T, preferredMiddleName=T, preferredLastName=T, roles=Shape.OBJECTS, primaryOrg=R, identifier=T,
    email=T, sms=T, phone=T, agents=Shape.REFERENCES, grades=Shape.TEXTS,
)  # fmt: skip
ENROLLMENTS: Final = resource(
    "enrollments", "enrollment", required="user class school role",
    user=R, class_=R, school=R, role=T, primary=T, beginDate=D, endDate=D,
)  # fmt: skip
DEMOGRAPHICS_OF: Final = resource("demographics", "demographics", required="", birthDate=D, sex=T)

ROSTERING: Final[Mapping[str, Resource]] = {
    one.name: one for one in (SESSIONS, ORGS, COURSES, CLASSES, USERS, ENROLLMENTS, DEMOGRAPHICS_OF)
}
CATEGORIES: Final = resource("categories", "category", required="title", title=T, weight=Shape.NUMBER)
SCORE_SCALES: Final = resource(
    "scoreScales", "scoreScale", required="title type class scoreScaleValue",
    members={"scoreScaleValue": {"itemValueLHS": T, "itemValueRHS": T}},
    title=T, type=T, course=R, class_=R, scoreScaleValue=Shape.OBJECTS,
)  # fmt: skip
LINE_ITEMS: Final = resource(
    "lineItems", "lineItem", required="title assignDate dueDate class school category",
    title=T, description=T, assignDate=Shape.TIME, dueDate=Shape.TIME, class_=R, school=R, category=R, gradingPeriod=R,
    academicSession=R, scoreScale=R, resultValueMin=Shape.NUMBER, resultValueMax=Shape.NUMBER,
)  # fmt: skip
RESULTS: Final = resource(
    "results", "result", required="lineItem student scoreStatus scoreDate",
    lineItem=R, student=R, class_=R, scoreScale=R, scoreStatus=T, score=Shape.NUMBER, textScore=T, scoreDate=D,
    comment=T, inProgress=T, incomplete=T, late=T, missing=T,
)  # fmt: skip

GRADEBOOK: Final[Mapping[str, Resource]] = {one.name: one for one in (CATEGORIES, SCORE_SCALES, LINE_ITEMS, RESULTS)}
REFERRED: Final[Mapping[str, tuple[str, str]]] = {
    "parent": ("", ""), "children": ("", ""), "org": ("orgs", "org"), "primaryOrg": ("orgs", "org"),
    "school": ("orgs", "org"), "schoolYear": ("academicSessions", "academicSession"), "course": ("courses", "course"),
    "terms": ("academicSessions", "academicSession"), "agents": ("users", "user"), "user": ("users", "user"),
    "class": ("classes", "class"), "student": ("users", "user"), "category": ("categories", "category"),
    "lineItem": ("lineItems", "lineItem"), "scoreScale": ("scoreScales", "scoreScale"),
    "gradingPeriod": ("academicSessions", "academicSession"),
    "academicSession": ("academicSessions", "academicSession"),
}  # fmt: skip
"""Where an attribute refers to: the collection, and how the standard calls such an object; empty: to its own kind."""


@dataclass(frozen=True, slots=True)
class Route:
    """An address below the service, such as `schools/{school}/classes`: what it gives, and to whom.

    `only` narrows a collection to one value of an attribute (`type`, or `role` of a user); `through` names the
    collections that the ids in the address are of, with the same narrowing.
    """

    address: str
    gives: Resource
    only: str = ""
    through: tuple[tuple[str, str], ...] = ()
    is_one: bool = False
    scopes: frozenset[str] = frozenset({CORE, ROSTER})


_ID: Final = re.compile(r"\{[a-z]+\}")
_COLLECTIONS: Final[Mapping[str, tuple[Resource, str]]] = {
    "academicSessions": (SESSIONS, ""),
    "terms": (SESSIONS, "term"),
    "gradingPeriods": (SESSIONS, "gradingPeriod"),
    "orgs": (ORGS, ""),
    "schools": (ORGS, "school"),
    "courses": (COURSES, ""),
    "classes": (CLASSES, ""),
    "users": (USERS, ""),
    "students": (USERS, "student"),
    "teachers": (USERS, "teacher"),
    "enrollments": (ENROLLMENTS, ""),
    "demographics": (DEMOGRAPHICS_OF, ""),
}
_RELATED: Final = (
    "classes/{id}/students", "classes/{id}/teachers", "courses/{id}/classes", "schools/{id}/classes",
    "schools/{id}/courses", "schools/{id}/enrollments", "schools/{id}/students", "schools/{id}/teachers",
    "schools/{id}/terms", "schools/{id}/classes/{id}/enrollments", "schools/{id}/classes/{id}/students",
    "schools/{id}/classes/{id}/teachers", "students/{id}/classes", "teachers/{id}/classes", "terms/{id}/classes",
    "terms/{id}/gradingPeriods", "users/{id}/classes",
)  # fmt: skip


def _routes() -> Mapping[str, Route]:
    found = {}
    for name, (gives, only) in _COLLECTIONS.items():
        scopes = frozenset({DEMOGRAPHICS}) if gives is DEMOGRAPHICS_OF else frozenset({CORE, ROSTER})
        found[name] = Route(name, gives, only, scopes=scopes)
        found[f"{name}/{{id}}"] = Route(f"{name}/{{id}}", gives, only, is_one=True, scopes=scopes)
    for address in _RELATED:
        *parents, last = _ID.sub("", address).replace("//", "/").split("/")
        gives, only = _COLLECTIONS[last]
        found[address] = Route(address, gives, only, tuple(_parent(one) for one in parents), scopes=frozenset({ROSTER}))
    return found


def _parent(collection: str) -> tuple[str, str]:
    gives, only = _COLLECTIONS[collection]
    return gives.name, only


ROUTES: Final[Mapping[str, Route]] = _routes()
