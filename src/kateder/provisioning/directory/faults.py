"""What is wrong in the settings of a directory."""

from __future__ import annotations

from kateder.core.errors import DomainError


class OutsideBase(DomainError):
    """{dn} is not below {base}. Nothing is ever written outside the base."""


class BadLine(DomainError):
    """Line {line} of {field} cannot be understood. Write: attribute = text with {{names}}."""


class BadRdn(DomainError):
    """{field} must be one attribute and a text, such as uid={{userName}}."""


class BadText(DomainError):
    """{field}: {reason}"""


class NotOurs(DomainError):
    """{attribute} is not written as an ordinary attribute: passwords, classes, members and marks have rules of their own."""  # noqa: E501 - one sentence for the person
