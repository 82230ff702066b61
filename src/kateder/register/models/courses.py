"""Programmes, syllabuses, what units offer and what a pupil's plan of study holds (SS 12000)."""

from __future__ import annotations

from django.db import models

from kateder.core.tenancy import TenantManager
from kateder.register.models.base import RegisterModel, dates_in_order
from kateder.register.models.organisations import Organisation
from kateder.register.models.people import Person


class Syllabus(RegisterModel):
    """A subject or a course, national or local (SS 12000 Syllabus). PII: none"""

    school_type = models.CharField(max_length=20)
    subject_code = models.CharField(max_length=40, null=True)
    subject_name = models.CharField(max_length=200)
    subject_designation = models.CharField(max_length=40, null=True)
    course_code = models.CharField(max_length=40, null=True)
    course_name = models.CharField(max_length=200, null=True)
    start_school_year = models.SmallIntegerField(null=True)
    end_school_year = models.SmallIntegerField(null=True)
    points = models.PositiveSmallIntegerField(null=True)
    curriculum = models.CharField(max_length=40, null=True)
    language_code = models.CharField(max_length=8, null=True)
    # {title, description, titleEngish, descriptionEnglish}: the second is spelled so in the standard.
    specialisation_course_content = models.JSONField(null=True)
    official = models.BooleanField(default=False)

    objects: TenantManager[Syllabus] = TenantManager()

    class Meta:
        verbose_name_plural = "syllabuses"

    def __str__(self) -> str:
        return self.course_name or self.subject_name


class Programme(RegisterModel):
    """A programme of upper secondary or adult education, or a part of one (SS 12000 Programme). PII: none"""

    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40, null=True)
    parent_programme = models.ForeignKey("self", models.SET_NULL, null=True, related_name="parts")
    school_type = models.CharField(max_length=20)
    code = models.CharField(max_length=40, null=True)

    objects: TenantManager[Programme] = TenantManager()

    def __str__(self) -> str:
        return self.name


class ProgrammeSyllabus(RegisterModel):
    """A syllabus in a part of a programme (SS 12000 Programme.content). PII: none"""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="syllabuses")
    syllabus = models.ForeignKey(Syllabus, models.CASCADE, related_name="programmes")
    type = models.CharField(max_length=40)
    points = models.PositiveSmallIntegerField(null=True)

    objects: TenantManager[ProgrammeSyllabus] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class StudyPlan(RegisterModel):
    """A pupil's individual plan of study (SS 12000 StudyPlan).

    PII: student, notes · erased: with the pupil
    """

    student = models.ForeignKey(Person, models.CASCADE, related_name="study_plans")
    # Free text about a pupil: [{type, note}]. Never released to a provider (domain rule 19).
    notes = models.JSONField(default=list)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[StudyPlan] = TenantManager()

    class Meta:
        constraints = [dates_in_order("studyplan")]

    def __str__(self) -> str:
        return str(self.id)


class StudyPlanSyllabus(RegisterModel):
    """A syllabus in a part of a plan of study (SS 12000 StudyPlan.content).

    PII: study_plan, syllabus, note · erased: with the plan
    """

    study_plan = models.ForeignKey(StudyPlan, models.CASCADE, related_name="syllabuses")
    syllabus = models.ForeignKey(Syllabus, models.CASCADE, related_name="study_plans")
    title = models.CharField(max_length=200, null=True)
    type = models.CharField(max_length=40, null=True)
    points = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=500, null=True)
    hours = models.PositiveSmallIntegerField(null=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)

    objects: TenantManager[StudyPlanSyllabus] = TenantManager()

    class Meta:
        constraints = [dates_in_order("studyplansyllabus")]

    def __str__(self) -> str:
        return str(self.id)


class Offering(RegisterModel):
    """What a school unit offers and when (SS 12000 SchoolUnitOffering). PII: none"""

    offered_at = models.ForeignKey(Organisation, models.PROTECT, related_name="offerings")
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)

    objects: TenantManager[Offering] = TenantManager()

    class Meta:
        constraints = [dates_in_order("offering")]

    def __str__(self) -> str:
        return str(self.id)


class OfferedSyllabus(RegisterModel):
    """A syllabus of an offering. PII: none"""

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="syllabuses")
    syllabus = models.ForeignKey(Syllabus, models.CASCADE, related_name="offerings")

    objects: TenantManager[OfferedSyllabus] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)


class OfferedProgramme(RegisterModel):
    """A programme of an offering. PII: none"""

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="programmes")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="offerings")

    objects: TenantManager[OfferedProgramme] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)
