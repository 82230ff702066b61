"""The tables of the register, with the names of SS 12000:2020. Only `register.api` writes them."""

from kateder.register.models.courses import (
    OfferedProgramme,
    OfferedSyllabus,
    Offering,
    Programme,
    ProgrammeSyllabus,
    StudyPlan,
    StudyPlanSyllabus,
    Syllabus,
)
from kateder.register.models.groups import (
    Activity,
    ActivityGroup,
    ActivityTeacher,
    AssignmentRole,
    Group,
    GroupMembership,
)
from kateder.register.models.leaves import DutyLeave
from kateder.register.models.lessons import Absence, Asset, Attendance, CalendarEvent, Grade, Room
from kateder.register.models.marks import PopulationMark
from kateder.register.models.memory import ChangeNote, Changeset, HistoryEntry, Retention
from kateder.register.models.organisations import Controller, Organisation
from kateder.register.models.people import Duty, Enrolment, Guardianship, Person
from kateder.register.models.placements import AttendanceEvent, AttendanceSchedule, Placement, PlacementOwner

__all__ = [
    "Absence",
    "Activity",
    "ActivityGroup",
    "ActivityTeacher",
    "Asset",
    "AssignmentRole",
    "Attendance",
    "AttendanceEvent",
    "AttendanceSchedule",
    "CalendarEvent",
    "ChangeNote",
    "Changeset",
    "Controller",
    "Duty",
    "DutyLeave",
    "Enrolment",
    "Grade",
    "Group",
    "GroupMembership",
    "Guardianship",
    "HistoryEntry",
    "OfferedProgramme",
    "OfferedSyllabus",
    "Offering",
    "Organisation",
    "Person",
    "Placement",
    "PlacementOwner",
    "PopulationMark",
    "Programme",
    "ProgrammeSyllabus",
    "Retention",
    "Room",
    "StudyPlan",
    "StudyPlanSyllabus",
    "Syllabus",
]
