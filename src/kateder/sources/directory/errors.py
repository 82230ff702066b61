"""What is wrong in the settings of a directory as a source."""

from __future__ import annotations

from kateder.sources.errors import SourceFault


class BadExpression(SourceFault):
    """{field}: {text} cannot be understood. Write an attribute, dn:ou, "a constant", or an attribute ~ a regular expression."""  # noqa: E501 - one sentence for the person


class BadTableLine(SourceFault):
    """Line {line} of {field} cannot be understood. Write: what the directory says = what it means."""
