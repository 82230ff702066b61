"""EGIL in: Kateder as a server that another system's EGIL client delivers to (docs/handbok/egil-in.md).

`views` speaks HTTP, `callers` lets in, `objects` keeps what was accepted in the source's mirror, `since` remembers on
which day each membership came, `sheets` makes a reading of the mirror. After a quiet time `inlets` asks for a run.
"""

from kateder.sources.egil_in.connector import CONNECTOR

__all__ = ["CONNECTOR"]
