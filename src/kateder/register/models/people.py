"""Persons and what ties them to school units and to each other."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kateder.core.tenancy import TenantManager
from kateder.register.models.base import RegisterModel, authority_led, dates_in_order
from kateder.register.models.organisations import Organisation

UNMARKED = "Ingen"


def _texts() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=200), default=list)


class Person(RegisterModel):
    """A person, whatever hats they wear (SS 12000 Person). The id is ours, minted at first sight.

    `security_marking` is the population register's; `local_protection` is the authority's own decision,
    never delivered by a source.
    PII: given_name, middle_name, family_name, sort_key, search_key, civic_no, birth_date, sex,
    security_marking, local_protection, local_protection_rule, local_protection_until, person_status,
    emails, email_types, edu_person_principal_names, phone_numbers, phone_types, external_identifiers, addresses,
    civic_nationality, photo · erased: when no source delivers the person any more
    """

    authority = authority_led()
    given_name = models.CharField(max_length=200)
    middle_name = models.CharField(max_length=200, null=True)
    family_name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=600, db_collation="C")
    search_key = models.CharField(max_length=600, db_collation="C")
    civic_no = models.CharField(max_length=20, null=True)
    civic_no_kind = models.CharField(max_length=12, null=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=10, null=True)
    security_marking = models.CharField(max_length=30, default=UNMARKED)
    local_protection = models.BooleanField(default=False)
    local_protection_rule = models.CharField(max_length=40, null=True)
    local_protection_until = models.DateField(null=True)
    person_status = models.CharField(max_length=20, default="Aktiv")
    emails = _texts()
    edu_person_principal_names = _texts()
    phone_numbers = _texts()
    # Parallel to `emails` and `phone_numbers`; empty where no source tells the types. A mobile is "Hem mobil".
    email_types = _texts()
    phone_types = _texts()
    # As the standard has them: [{value, context, globallyUnique}] and its address objects.
    external_identifiers = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    civic_nationality = models.CharField(max_length=3, null=True)
    photo = models.CharField(max_length=500, null=True)

    objects: TenantManager[Person] = TenantManager()

    class Meta:
        indexes = [
            models.Index(fields=["authority", "sort_key"], name="register_person_sort"),
            models.Index(fields=["authority", "civic_no"], name="register_person_civic"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def full_name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}"

    def is_protected(self, today: date) -> bool:
        """Whether the identity is protected today, by the population register or by the authority."""
        if self.security_marking != UNMARKED:
            return True
        until = self.local_protection_until
        return self.local_protection and (until is None or today <= until)


class Enrolment(RegisterModel):
    """A pupil at a school unit, with school year and dates (SS 12000 Enrolment).

    PII: person, school_type, school_year, education_code, programme, specification, placed_by · erased: with the person
    """

    authority = authority_led()
    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments", db_constraint=False)
    enroled_at = models.ForeignKey(
        Organisation, models.PROTECT, related_name="enrolments", db_constraint=False, db_index=False
    )
    school_type = models.CharField(max_length=20)
    school_year = models.SmallIntegerField(null=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    cancelled = models.BooleanField(default=False)
    education_code = models.CharField(max_length=40, null=True)
    programme = models.CharField(max_length=200, null=True)
    specification = models.CharField(max_length=200, null=True)
    placed_by = models.CharField(max_length=200, null=True)

    objects: TenantManager[Enrolment] = TenantManager()

    class Meta:
        constraints = [dates_in_order("enrolment")]
        indexes = [models.Index(fields=["authority", "enroled_at"], name="register_enrolment_unit")]

    def __str__(self) -> str:
        return str(self.id)


class Guardianship(RegisterModel):
    """Who answers for a child, of what kind and when, and whether it is blocked (domain rule 4).

    PII: child, guardian, relation_type, blocked, block_reason · erased: with either person
    """

    authority = authority_led()
    child = models.ForeignKey(Person, models.CASCADE, related_name="guardianships", db_constraint=False, db_index=False)
    guardian = models.ForeignKey(Person, models.CASCADE, related_name="wards", db_constraint=False)
    relation_type = models.CharField(max_length=40)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    blocked = models.BooleanField(default=False)
    block_reason = models.CharField(max_length=200, null=True)

    objects: TenantManager[Guardianship] = TenantManager()

    class Meta:
        constraints = [dates_in_order("guardianship")]
        indexes = [models.Index(fields=["authority", "child"], name="register_guardianship_child")]

    def __str__(self) -> str:
        return str(self.id)


class Duty(RegisterModel):
    """A member of staff at a school unit, with role and dates (SS 12000 Duty).

    PII: person, duty_role, signature, description · erased: with the person
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="duties")
    duty_at = models.ForeignKey(Organisation, models.PROTECT, related_name="duties")
    duty_role = models.CharField(max_length=40)
    signature = models.CharField(max_length=40, null=True)
    description = models.CharField(max_length=200, null=True)
    duty_percent = models.PositiveSmallIntegerField(null=True)
    hours_per_year = models.PositiveSmallIntegerField(null=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True)

    objects: TenantManager[Duty] = TenantManager()

    class Meta:
        constraints = [dates_in_order("duty")]

    def __str__(self) -> str:
        return str(self.id)
