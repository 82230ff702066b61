"""What every connector ends in: sheets of text cells with SS 12000's column names, made into usable rows.

`layout` says which columns there are, `sheets` what a connector hands over, `values` normalises cells, `checking`
sets rows aside, `normalising` puts it together.
"""

from kateder.sources.canonical.normalising import normalise
from kateder.sources.canonical.sheets import Delivered, Delivery, Sheet, sheet_of

__all__ = ["Delivered", "Delivery", "Sheet", "normalise", "sheet_of"]
