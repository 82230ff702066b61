"""The population register as it answers: Skatteverket's Navet (term files, REST) and SPAR (XML).

Every reader yields the same `PopulationRecord`s. Of a person with protected details nothing is kept but the number
and the marking, from the first line: what is not read cannot be shown, stored or logged.
"""

from kateder.protocols.population.records import (
    Address,
    Batch,
    Departure,
    Marking,
    PopulationRecord,
    Problem,
    Trouble,
)

__all__ = ["Address", "Batch", "Departure", "Marking", "PopulationRecord", "Problem", "Trouble"]
