"""1EdTech OneRoster 1.1 and 1.2, rostering: what a consumer needs.

`package` opens a zip of CSV files with its manifest and `writing` makes one, `records` gives one form to rows of CSV
and objects of REST in both versions, `oauth1` signs requests as 1.1 demands. Sources: OneRoster 1.1 CSV Tables and
Specification, OneRoster 1.2 CSV Binding and Rostering Service REST/JSON Binding.
"""

from kateder.protocols.oneroster.oauth1 import signed
from kateder.protocols.oneroster.package import BadPackage, Mode, Package, Sheet, open_package
from kateder.protocols.oneroster.records import RESOURCES, from_csv, from_json, is_gone
from kateder.protocols.oneroster.writing import write_package

__all__ = [
    "RESOURCES",
    "BadPackage",
    "Mode",
    "Package",
    "Sheet",
    "from_csv",
    "from_json",
    "is_gone",
    "open_package",
    "signed",
    "write_package",
]
