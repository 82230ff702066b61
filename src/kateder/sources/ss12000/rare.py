"""Courses, plans of study, offerings, placements and assignment roles: what few servers have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kateder.register.api import Entity
from kateder.sources.ss12000.values import Cells, Lists, as_json, id_of, objects, plain, text


def _syllabuses(told: Lists) -> Iterator[Cells]:
    for row in told.rows("syllabuses"):
        yield {
            **plain(row, "id", "schoolType", "subjectCode", "subjectName", "subjectDesignation", "courseCode"),
            **plain(row, "courseName", "startSchoolYear", "endSchoolYear", "points", "curriculum", "languageCode"),
            **plain(row, "official"),
            "specialisationCourseContent": as_json(row.get("specialisationCourseContent")),
        }


def _programmes(told: Lists) -> Iterator[Cells]:
    for row in told.rows("programmes"):
        yield {
            **plain(row, "id", "name", "type", "schoolType", "code"),
            "parentProgramme": id_of(row, "parentProgramme"),
        }


def _programme_syllabuses(told: Lists) -> Iterator[Cells]:
    for row in told.rows("programmes"):
        for part in objects(row.get("content")):
            for syllabus in objects(part.get("content")):
                yield {
                    **plain(part, "type", "points"),
                    "programme": text(row.get("id")),
                    "syllabus": text(syllabus.get("id")),
                }


def _studyplans(told: Lists) -> Iterator[Cells]:
    for row in told.rows("studyplans"):
        yield {
            **plain(row, "id", "startDate", "endDate"),
            "student": id_of(row, "student"),
            "notes": as_json(row.get("notes")),
        }


def _studyplan_syllabuses(told: Lists) -> Iterator[Cells]:
    for row in told.rows("studyplans"):
        for part in objects(row.get("content")):
            for taken in objects(part.get("syllabuses")):
                yield {
                    **plain(part, "title", "type", "points"),
                    **plain(taken, "note", "hours", "startDate", "endDate"),
                    "studyplan": text(row.get("id")),
                    "syllabus": id_of(taken, "syllabus"),
                }


def _offerings(told: Lists) -> Iterator[Cells]:
    for row in told.rows("schoolUnitOfferings"):
        yield {**plain(row, "id", "startDate", "endDate"), "offeredAt": id_of(row, "offeredAt")}


def _offered(listed: str, column: str) -> Callable[[Lists], Iterator[Cells]]:
    def cells(told: Lists) -> Iterator[Cells]:
        for row in told.rows("schoolUnitOfferings"):
            for one in objects(row.get(listed)):
                yield {"schoolUnitOffering": text(row.get("id")), column: text(one.get("id"))}

    return cells


def _placements(told: Lists) -> Iterator[Cells]:
    for row in told.rows("placements"):
        yield {
            **plain(row, "id", "schoolType", "reason", "maxWeeklyScheduleHours", "startDate", "endDate"),
            **{name: id_of(row, name) for name in ("placedAt", "group", "child")},
        }


def _placement_owners(told: Lists) -> Iterator[Cells]:
    for row in told.rows("placements"):
        for owner in objects(row.get("owners")):
            yield {"placement": text(row.get("id")), "owner": text(owner.get("id"))}


def _assignment_roles(told: Lists) -> Iterator[Cells]:
    for row in told.rows("duties"):
        for role in objects(row.get("assignmentRole")):
            yield {
                **plain(role, "assignmentRoleType", "startDate", "endDate"),
                "duty": text(row.get("id")),
                "group": id_of(role, "group"),
            }


SHEETS: Mapping[Entity, tuple[str, Callable[[Lists], Iterable[Cells]]]] = {
    Entity.SYLLABUS: ("syllabuses", _syllabuses),
    Entity.PROGRAMME: ("programmes", _programmes),
    Entity.PROGRAMME_SYLLABUS: ("programmes", _programme_syllabuses),
    Entity.STUDYPLAN: ("studyplans", _studyplans),
    Entity.STUDYPLAN_SYLLABUS: ("studyplans", _studyplan_syllabuses),
    Entity.OFFERING: ("schoolUnitOfferings", _offerings),
    Entity.OFFERED_SYLLABUS: ("schoolUnitOfferings", _offered("offeredSyllabuses", "syllabus")),
    Entity.OFFERED_PROGRAMME: ("schoolUnitOfferings", _offered("offeredProgrammes", "programme")),
    Entity.PLACEMENT: ("placements", _placements),
    Entity.PLACEMENT_OWNER: ("placements", _placement_owners),
    Entity.ASSIGNMENT_ROLE: ("duties", _assignment_roles),
}
