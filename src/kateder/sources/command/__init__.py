"""An external program as a source (docs/handbok/kalla-kommando.md).

`programs` says which may run, `running` runs one on a leash, `printed` reads the JSON it prints, `connector` makes
sheets of it.
"""

from kateder.sources.command.connector import CONNECTOR

__all__ = ["CONNECTOR"]
