"""A directory as a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from kateder.core.ldap.addresses import address_of
from kateder.core.ldap.session import Entry, Session, connect
from kateder.core.ldap.settings import account_of
from kateder.core.setup import Settings, Step, StepName
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import Place
from kateder.sources.directory.fields import FIELDS
from kateder.sources.directory.layout import Layout, layout_of
from kateder.sources.directory.sheets import delivered
from kateder.sources.directory.tree import read_tree


class Directory:
    """LDAP or Active Directory: pupils, staff and groups, joined in memory."""

    kind = "ldap"
    label = _("LDAP or Active Directory")
    describes = _("Pupils, staff and groups as they stand in the authority's directory.")
    fields = FIELDS

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """Read the settings, connect, bind, and look at one pupil and one member of staff."""
        layout, account, address = layout_of(settings), account_of(settings), address_of(str(settings["url"]))
        yield Step(StepName.SETTINGS)
        with connect(address, account=account) as session:
            yield Step(StepName.CONNECTION)
            session.bind()
            yield Step(StepName.CREDENTIALS)
            yield _one_record(session, layout)

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """Everything below the bases. Raises a SourceFault where a search does not come to its end."""
        layout, account = layout_of(settings), account_of(settings)
        with connect(address_of(str(settings["url"])), account=account) as session:
            session.bind()
            return delivered(read_tree(session, layout), layout)


CONNECTOR = Directory()


def _one_record(session: Session, layout: Layout) -> Step:
    """Which fields the first pupil and the first member of staff have something in: never what."""
    sentences = []
    for kind, names, title in (
        ("pupil", ("id", "given_name", "family_name", "pupil_unit"), _("Pupils")),
        ("staff", ("id", "given_name", "family_name", "staff_unit"), _("Staff")),
    ):
        if not layout.texts[f"{kind}_base"]:
            continue
        entry = _first(session, layout, kind)
        if entry is None:
            return Step(StepName.RECORD, False, _("%(kind)s: the search finds nobody.") % {"kind": title})
        if missing := [name for name in names if not layout.value(name, entry)]:
            said = {"kind": title, "fields": ", ".join(missing)}
            return Step(StepName.RECORD, False, _("%(kind)s: the first one has nothing in: %(fields)s.") % said)
        filled = len([name for name in layout.expressions if layout.value(name, entry)])
        sentences.append(str(_("%(kind)s: the first one has %(filled)s fields.") % {"kind": title, "filled": filled}))
    return Step(StepName.RECORD, sentence=" ".join(sentences))


def _first(session: Session, layout: Layout, kind: str) -> Entry | None:
    found = session.search(
        layout.texts[f"{kind}_base"],
        filter_text=layout.texts[f"{kind}_filter"],
        attributes=layout.attributes(kind),
        only_first=True,
    )
    return next(found, None)
