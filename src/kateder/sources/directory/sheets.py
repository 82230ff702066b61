"""A directory's entries as the canonical sheets: joined in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kateder.core.ldap.names import dn_key
from kateder.core.ldap.session import Entry
from kateder.register.api import Entity
from kateder.sources.canonical import Delivered, sheet_of
from kateder.sources.directory.layout import Layout, Unit
from kateder.sources.directory.nesting import flattened
from kateder.sources.directory.tree import Tree

Record = dict[str, str]
AUTHORITY = "authority"
KLASS, TEACHING = "Klass", "Undervisning"


@dataclass(slots=True)
class Joined:
    """What has been found so far, by the ids of the directory."""

    layout: Layout
    persons: dict[str, Record] = field(default_factory=dict)
    enrolments: list[Record] = field(default_factory=list)
    duties: dict[str, list[Record]] = field(default_factory=dict)
    groups: list[Record] = field(default_factory=list)
    memberships: list[Record] = field(default_factory=list)
    activities: list[Record] = field(default_factory=list)
    # What names a person in a group's members -> the person's id.
    named: dict[str, str] = field(default_factory=dict)
    pupil_units: dict[str, str] = field(default_factory=dict)
    starts: dict[str, str] = field(default_factory=dict)
    # Unit values that somebody refers to, with the spellings met.
    referred: dict[str, Counter[str]] = field(default_factory=dict)

    def unit(self, value: str) -> str:
        """The organisation's id for what an entry says of its unit; nothing for nothing."""
        if not value:
            return ""
        self.referred.setdefault(value.casefold(), Counter())[value] += 1
        return f"unit:{value.casefold()}"


def delivered(tree: Tree, layout: Layout) -> Delivered:
    """The sheets of everything that was read. What cannot be used is left to the rules that all sources share."""
    joined = Joined(layout)
    for entry in tree.pupils:
        _add_pupil(joined, entry)
    for entry in tree.staff:
        _add_staff(joined, entry)
    if "pupil_class" in layout.expressions:
        _add_generated_classes(joined, tree.pupils)
    _add_groups(joined, tree)
    records: Mapping[Entity, Iterable[Record]] = {
        Entity.ORGANISATION: _organisations(joined, tree),
        Entity.PERSON: joined.persons.values(),
        Entity.ENROLMENT: joined.enrolments,
        Entity.DUTY: [duty for duties in joined.duties.values() for duty in duties],
        Entity.GROUP: joined.groups,
        Entity.MEMBERSHIP: joined.memberships,
        Entity.ACTIVITY: joined.activities,
    }
    return Delivered({entity: sheet_of(entity, rows, name=entity.value) for entity, rows in records.items()})


def _add_pupil(joined: Joined, entry: Entry) -> None:
    layout, person = joined.layout, _add_person(joined, entry)
    if not person:
        return
    common = {
        "person": person,
        "schoolType": layout.value("school_type", entry),
        "schoolYear": layout.value("school_year", entry),
        "startDate": layout.starts(entry),
        "endDate": layout.ends(entry),
    }
    # A pupil without a unit is a row that cannot be used: somebody should see it.
    units = [joined.unit(value) for value in layout.values("pupil_unit", entry)] or [""]
    joined.enrolments += [common | {"enroledAt": unit} for unit in units]
    joined.pupil_units[person] = units[0]


def _add_staff(joined: Joined, entry: Entry) -> None:
    layout, person = joined.layout, _add_person(joined, entry)
    if not person:
        return
    common = {
        "person": person,
        "dutyRole": layout.value("duty_role", entry),
        "signature": layout.value("signature", entry),
        "startDate": layout.starts(entry),
        "endDate": layout.ends(entry),
    }
    units = [joined.unit(value) for value in layout.values("staff_unit", entry)] or [""]
    joined.duties[person] = [common | {"id": f"{person}:{unit}", "dutyAt": unit} for unit in units]


def _add_person(joined: Joined, entry: Entry) -> str:
    """The person's id. One who is both pupil and staff stands once; one without an id is a row without a key."""
    layout = joined.layout
    person = layout.value("id", entry)
    if person not in joined.persons or not person:
        # Rows without an id must not hide each other.
        joined.persons[person or f"\0{len(joined.persons)}"] = {
            "id": person,
            "givenName": layout.value("given_name", entry),
            "familyName": layout.value("family_name", entry),
            "civicNo": layout.value("civic_no", entry),
            "securityMarking": layout.value("security_marking", entry),
            "emails": _several(layout.values("emails", entry)),
            "eduPersonPrincipalNames": _several(layout.values("principal_names", entry)),
            "phoneNumbers": _several(layout.values("phone_numbers", entry)),
        }
    if person:
        joined.starts[person] = layout.starts(entry)
        for name in _names(layout, entry):
            joined.named[name] = person
    return person


def _several(values: Iterable[str]) -> str:
    return "|".join(value for value in values if "|" not in value)


def _names(layout: Layout, entry: Entry) -> list[str]:
    if layout.joins_by_dn:
        return [dn_key(entry.dn)]
    raw = entry.values.get(layout.texts["member_names"].lower(), ())
    return [bytes(one).decode(errors="replace").casefold() for one in raw]


def _add_generated_classes(joined: Joined, pupils: Iterable[Entry]) -> None:
    layout, classes = joined.layout, dict[str, Record]()
    for entry in pupils:
        person = layout.value("id", entry)
        unit = joined.pupil_units.get(person, "")
        if not unit:
            continue
        for name in layout.values("pupil_class", entry):
            key, start = f"class:{unit}:{name.casefold()}", joined.starts[person]
            group = classes.setdefault(key, _group(key, name, KLASS, unit, start))
            group["startDate"] = min(group["startDate"], start)
            joined.memberships.append({"group": key, "person": person, "startDate": start})
    joined.groups += classes.values()


def _add_groups(joined: Joined, tree: Tree) -> None:
    layout = joined.layout
    entries = {dn_key(entry.dn): entry for entry in tree.groups}
    direct = {key: _member_names(layout, entry) for key, entry in entries.items()}
    wanted = [key for key in entries if key in tree.classes or key in tree.teaching]
    for key, names in flattened(direct, wanted=wanted).items():
        people = [joined.named[name] for name in names if name in joined.named]
        _add_group(joined, entries[key], people, kind=KLASS if key in tree.classes else TEACHING)


def _member_names(layout: Layout, entry: Entry) -> list[str]:
    raw = entry.values.get(layout.texts["member"].lower(), ())
    texts = (bytes(one).decode(errors="replace") for one in raw)
    return [dn_key(text) for text in texts] if layout.joins_by_dn else [text.casefold() for text in texts]


def _add_group(joined: Joined, entry: Entry, people: list[str], *, kind: str) -> None:
    layout, key = joined.layout, joined.layout.value("id", entry)
    pupils = [person for person in people if person in joined.pupil_units]
    unit = joined.unit(layout.value("group_unit", entry)) or _most_common(joined.pupil_units[p] for p in pupils)
    start = layout.starts(entry)
    joined.groups.append(_group(key, layout.value("group_name", entry), kind, unit, start))
    if not key or not unit:
        return  # set aside with a remark; its members would only repeat it
    joined.memberships += [
        {"group": key, "person": person, "startDate": max(start, joined.starts[person])} for person in pupils
    ]
    duties = [duty for person in people if (duty := _duty_at(joined, person, unit))]
    if duties:
        joined.activities.append(
            {
                "id": f"{key}:activity",
                "displayName": layout.value("group_name", entry),
                "organisation": unit,
                "subjectCode": layout.value("subject_code", entry),
                "subjectName": layout.value("subject_name", entry),
                "startDate": start,
                "groups": key,
                "duties": "|".join(duties),
            }
        )


def _duty_at(joined: Joined, person: str, unit: str) -> str:
    """The person's duty at the group's unit, else the first there is; nothing for one who is not staff."""
    duties = joined.duties.get(person, [])
    return next((duty["id"] for duty in duties if duty["dutyAt"] == unit), duties[0]["id"] if duties else "")


def _group(key: str, name: str, kind: str, unit: str, start: str) -> Record:
    return {"id": key, "displayName": name, "groupType": kind, "organisation": unit, "startDate": start}


def _most_common(units: Iterable[str]) -> str:
    """The unit of most, the first by name where several are equal: the same at every reading."""
    counted = Counter(unit for unit in units if unit)
    return min(counted, key=lambda unit: (-counted[unit], unit), default="")


def _organisations(joined: Joined, tree: Tree) -> Iterator[Record]:
    texts = joined.layout.texts
    yield {
        "id": AUTHORITY,
        "displayName": texts.get("authority_name", ""),
        "organisationType": "Huvudman",
        "organisationNumber": texts.get("organisation_number", ""),
    }
    for key, unit in sorted(_units(joined, tree).items()):
        yield {
            "id": f"unit:{key}",
            "displayName": unit.name,
            "organisationType": "Skolenhet",
            "parentOrganisation": AUTHORITY,
            "schoolUnitCode": unit.code,
        }


def _units(joined: Joined, tree: Tree) -> Mapping[str, Unit]:
    """The table's units, else the directory's own, else whatever people refer to."""
    layout = joined.layout
    if layout.units:
        return layout.units
    if tree.units is not None:
        return {
            layout.value("unit_id", entry).casefold(): Unit(
                layout.value("unit_name", entry), layout.value("unit_code", entry)
            )
            for entry in tree.units
        }
    return {key: _unit(spellings) for key, spellings in joined.referred.items()}


def _unit(spellings: Counter[str]) -> Unit:
    name = min(spellings, key=lambda text: (-spellings[text], text))
    return Unit(name, name if len(name) == 8 and name.isdigit() else "")
