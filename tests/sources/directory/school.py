"""A school's directory as LDIF entries: units, pupils, staff, classes, and groups within groups."""

from __future__ import annotations

from tests.sources.directory.slapd import PASSWORD, SUFFIX, Attributes

PEOPLE, GROUPS, UNITS = (f"ou={name},{SUFFIX}" for name in ("people", "groups", "units"))
PUPILS, STAFF = f"ou=pupils,{PEOPLE}", f"ou=staff,{PEOPLE}"


def school(*, pupils: int = 4, units: int = 2, to_a_class: int = 2) -> dict[str, Attributes]:
    """A directory with so many pupils in classes, and a teacher in each class's group."""
    entries: dict[str, Attributes] = {
        SUFFIX: {"objectClass": ["dcObject", "organization"], "dc": "example", "o": "Björkviken"},
        f"cn=limited,{SUFFIX}": {"objectClass": ["simpleSecurityObject", "organizationalRole"], "cn": "limited",
                                 "userPassword": PASSWORD},
    }  # fmt: skip
    for dn in (PEOPLE, GROUPS, UNITS, PUPILS, STAFF):
        entries[dn] = {"objectClass": "organizationalUnit", "ou": dn.partition(",")[0][3:]}
    for number in range(units):
        name = f"Skola {number}"
        entries[f"ou={name},{UNITS}"] = {"objectClass": "organizationalUnit", "ou": name,
                                         "postalCode": f"9901{number:04}"}  # fmt: skip
    members: dict[int, list[str]] = {}
    for number in range(pupils):
        dn = f"uid=p{number},{PUPILS}"
        entries[dn] = person(f"p{number}", unit=f"Skola {number // to_a_class % units}", title="Årskurs 5")
        members.setdefault(number // to_a_class, []).append(dn)
    for number, those in members.items():
        teacher = f"uid=t{number},{STAFF}"
        entries[teacher] = person(f"t{number}", unit=f"Skola {number % units}", title="Undervisande")
        entries[f"cn=5-{number},{GROUPS}"] = group(f"5-{number}", [*those, teacher], kind="klass")
    return entries


def person(uid: str, *, unit: str, title: str) -> Attributes:
    """Somebody at a unit."""
    return {
        "objectClass": "inetOrgPerson",
        "uid": uid,
        "cn": f"Åsa {uid}",
        "givenName": "Åsa",
        "sn": f"Öst {uid}",
        "mail": [f"{uid}@example.org", f"asa.{uid}@example.org"],
        "departmentNumber": unit,
        "title": title,
    }


def group(name: str, members: list[str], *, kind: str) -> Attributes:
    """A group of these DNs."""
    return {"objectClass": "groupOfNames", "cn": name, "businessCategory": kind, "member": members}


SETTINGS = {
    "directory": "openldap",
    "bind_dn": f"cn=reader,{SUFFIX}",
    "password": PASSWORD,
    "authority_name": "Björkviken",
    "unit_base": UNITS,
    "unit_filter": "(postalCode=*)",
    "unit_code": "postalCode",
    "pupil_base": PUPILS,
    "pupil_unit": "departmentNumber",
    "school_year": r"title ~ (\d+)$",
    "staff_base": STAFF,
    "staff_unit": "departmentNumber",
    "duty_role": "title",
    "translations": "duty_role: Undervisande = Lärare",
    "group_base": GROUPS,
    "class_filter": "(businessCategory=klass)",
    "teaching_filter": "(businessCategory=undervisning)",
    "start_date": "2026-08-17",
}
