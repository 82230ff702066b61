"""The tables of the register, with the names of SS 12000:2020. Only `register.api` writes them."""

from kateder.register.models.groups import Activity, ActivityGroup, ActivityTeacher, Group, GroupMembership
from kateder.register.models.memory import Changeset, HistoryEntry
from kateder.register.models.organisations import Controller, Organisation
from kateder.register.models.people import Duty, Enrolment, Guardianship, Person

__all__ = [
    "Activity",
    "ActivityGroup",
    "ActivityTeacher",
    "Changeset",
    "Controller",
    "Duty",
    "Enrolment",
    "Group",
    "GroupMembership",
    "Guardianship",
    "HistoryEntry",
    "Organisation",
    "Person",
]
