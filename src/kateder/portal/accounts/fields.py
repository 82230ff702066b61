"""The members of what was sent, as people say them: the file for machines keeps the names of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.portal.words import word

_WORDS: Final[Mapping[str, Promise]] = {
    **dict.fromkeys(("externalId", "id"), _("identity")),
    "userName": _("user name"),
    "displayName": _("shown name"),
    "givenName": _("given name"),
    "familyName": _("family name"),
    "emails": _("e-mail address"),
    "civicNo": _("personal identity number"),
    **dict.fromkeys(("enrolments", "employedAt", "owner"), _("school")),
    "schoolYear": _("school year"),
    "schoolType": _("school form"),
    **dict.fromkeys(("programCode", "programme"), _("programme")),
    **dict.fromkeys(("employmentRole", "role"), _("role")),
    "signature": _("signature"),
    "user": _("whose it is"),
    **dict.fromkeys(("members", "studentMemberships"), _("members")),
    "active": _("whether it is in use"),
}
_STRUCTURE: Final = frozenset({"*", "value", "$ref", "type", "primary", "display"})


def in_words(paths: Iterable[str]) -> list[str]:
    """Each field once, by its word; one that has none by its name in the protocol."""
    names = [[part.rpartition(":")[2] for part in path.split("/")] for path in paths if not path.startswith("schemas")]
    told = [[part for part in parts if part not in _STRUCTURE] for parts in names]
    return sorted({str(word(_WORDS, parts[-1])) for parts in told if parts})
