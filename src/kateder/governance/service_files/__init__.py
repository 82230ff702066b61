"""A service described in one file: who provides it, what it serves, what was agreed and decided, what it may know.

The file is what an authority shares with its neighbours, and what a provider can hand over filled in (N31). Reading it
again changes only what differs. `form` is the file's shape, `reading` turns text into it, `taking_in` carries it out.
"""

from kateder.governance.service_files.reading import ServiceFileUnreadable, ServiceFileWrong, read_service_file
from kateder.governance.service_files.taking_in import TakenIn, take_in

__all__ = ["ServiceFileUnreadable", "ServiceFileWrong", "TakenIn", "read_service_file", "take_in"]
