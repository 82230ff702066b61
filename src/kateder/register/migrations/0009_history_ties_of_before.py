"""Fill in what rows of history pointed at that were written before the columns were there."""

from django.db import migrations

# The first two references of each entity that had history by then.
TIES = {
    "person": (None, None),
    "organisation": ("parent_id", None),
    "group": ("organisation_id", None),
    "duty": ("person_id", "duty_at_id"),
    "activity": ("organisation_id", None),
    "enrolment": ("person_id", "enroled_at_id"),
    "guardianship": ("child_id", "guardian_id"),
    "membership": ("group_id", "person_id"),
    "activity_group": ("activity_id", "group_id"),
    "activity_teacher": ("activity_id", "duty_id"),
}
FILL = [
    f"UPDATE register_historyentry SET tie_id = (before ->> '{tie}')::uuid"
    + (f", other_tie_id = (before ->> '{other}')::uuid" if other else "")
    + f" WHERE entity = '{entity}' AND tie_id IS NULL"
    for entity, (tie, other) in TIES.items()
    if tie
]


class Migration(migrations.Migration):
    dependencies = [("register", "0008_history_ties")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
