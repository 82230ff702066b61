"""The frame around every page: whose it is, who is signed in, what the menu holds."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core.actors import Actor, Role

STAFF: Final = frozenset({Role.TEACHER, Role.PRINCIPAL})
SCHOOL: Final = frozenset({Role.PRINCIPAL, Role.SCHOOL_OFFICE})
OFFICE: Final = frozenset({Role.ADMINISTRATOR, Role.OFFICER})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `path` is also what its pages begin with."""

    path: str
    label: str | Promise
    icon: str
    roles: frozenset[Role]

    def is_here(self, path: str) -> bool:
        """Whether the page shown lies under this entry."""
        return path == self.path if self.path == "/" else path.startswith(self.path)


MENU: Final = (
    Entry("/", _("My shelf"), "library", frozenset({Role.PUPIL, Role.TEACHER})),
    Entry("/klasser/", _("Classes"), "users", STAFF | SCHOOL),
    Entry("/oversikt/", _("Overview"), "layout-dashboard", frozenset({Role.ADMINISTRATOR})),
    Entry("/kallor/", _("Sources"), "plug-zap", frozenset({Role.ADMINISTRATOR})),
    Entry("/tjanster/", _("Services"), "blocks", OFFICE),
    Entry("/datafloden/", _("Data flows"), "waypoints", OFFICE),
    Entry("/licenser/", _("Licences"), "ticket", frozenset({Role.ADMINISTRATOR, Role.PRINCIPAL})),
    Entry("/fynd/", _("Findings"), "inbox", SCHOOL | {Role.ADMINISTRATOR}),
    Entry("/dagens-personal/", _("Today's people"), "clock", SCHOOL),
    Entry("/personer/", _("People"), "search", STAFF | SCHOOL | {Role.ADMINISTRATOR, Role.GUARDIAN}),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the base template asks for."""

    authority_name: str
    person_name: str
    person_id: UUID | None
    is_signed_in: bool
    is_demo: bool
    path: str
    menu: tuple[tuple[Entry, bool], ...]

    @property
    def has_menu(self) -> bool:
        """One entry is no menu: the brand already leads there."""
        return len(self.menu) > 1


def frame_of(request: HttpRequest | None) -> Frame:
    """The frame for a request; a bare one where there is none, as when the server itself has failed."""
    authority = getattr(request, "authority", None)
    actor: Actor | None = getattr(request, "actor", None)
    path = request.path if request is not None else "/"
    roles = actor.roles if actor else frozenset[Role]()
    user = getattr(request, "user", None)
    return Frame(
        authority_name=authority.name if authority else "Kateder",
        person_name=getattr(user, "display_name", "") if actor else "",
        person_id=actor.person_id if actor else None,
        is_signed_in=actor is not None and actor.user_id is not None,
        is_demo=bool(authority and authority.is_demo and settings.DEMO_CHOOSER),
        path=path,
        menu=tuple((entry, entry.is_here(path)) for entry in MENU if roles & entry.roles),
    )
