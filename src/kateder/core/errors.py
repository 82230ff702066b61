"""Refusals that a person sees."""

from __future__ import annotations

import inspect

from django.utils.translation import gettext


class DomainError(Exception):
    """Something is not allowed or not possible right now.

    The first paragraph of a subclass's docstring is the sentence shown to the person, translated; `{name}`
    in it is filled from the keyword arguments.
    """

    def __init__(self, **params: object) -> None:
        super().__init__()
        self.params = params

    @property
    def code(self) -> str:
        """A stable name for logs and audit."""
        return type(self).__name__

    def __str__(self) -> str:
        sentence = inspect.cleandoc(type(self).__doc__ or "").split("\n\n", 1)[0].replace("\n", " ")
        return gettext(sentence).format(**self.params)


class ConnectorError(DomainError):
    """The other system could not be used: {what}."""

    def __init__(self, *, what: str, permanent: bool, **params: object) -> None:
        super().__init__(what=what, **params)
        self.permanent = permanent
