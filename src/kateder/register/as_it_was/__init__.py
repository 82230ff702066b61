"""A person or a group as the register had it on a past day, and what has changed since: when, from where, by whom.

"On a day" means at its end: what a source delivered in the afternoon is there, what came after midnight is not. Rows
are put together set by set from the tables of today and the images in history, as far back as the retention class
allows (domain rule 16). Old names and numbers are never shown (domain rule 5).
"""

from kateder.register.as_it_was.changes import OF_GROUP, Change, changes_of
from kateder.register.as_it_was.keeping import NoLongerKept, first_day, forget_old, history_days, keep_history
from kateder.register.as_it_was.looking import changes_for, group_for, names_of, person_for, removed_people
from kateder.register.as_it_was.reading import GroupThen, PersonThen, Tie, group_on, person_on

__all__ = [
    "OF_GROUP",
    "Change",
    "GroupThen",
    "NoLongerKept",
    "PersonThen",
    "Tie",
    "changes_for",
    "changes_of",
    "first_day",
    "forget_old",
    "group_for",
    "group_on",
    "history_days",
    "keep_history",
    "names_of",
    "person_for",
    "person_on",
    "removed_people",
]
