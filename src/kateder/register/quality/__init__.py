"""What can be wrong in the register: a module per family, a rule per question (see `core.quality`).

A rule's `select` gives subject_id, place, unit_id, params. A person's finding stands on the list of one school unit:
where they are enrolled today, else where they work, else where they last were (the table `home`).
"""

from kateder.core import quality
from kateder.register.quality import (
    accounts,
    codes,
    dates,
    duplicates,
    eppns,
    grounds,
    groups,
    numbers,
    protection,
    references,
    units,
)

FAMILIES = (accounts, codes, dates, duplicates, eppns, groups, numbers, protection, references, units)


def add_rules() -> None:
    """Let the register's rules be asked in every sweep."""
    for name, select in grounds.GROUNDS.items():
        quality.lay(name, select)
    for family in FAMILIES:
        quality.add(*family.rules())
