"""What has been delivered, as a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings, Step, StepName
from kateder.core.tenancy import within
from kateder.protocols.ss12000 import SCHOOL_TYPE
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import Place
from kateder.sources.egil_in.errors import NothingArrived
from kateder.sources.egil_in.pins import pins_of
from kateder.sources.egil_in.sheets import Mirrored
from kateder.sources.models import Inlet


class EgilIn:
    """Another system delivers to us with EGIL, as it would to a provider."""

    kind = "egil_in"
    label = _("EGIL, delivered to us")
    describes = _("A neighbour or a school system that already delivers with EGIL gets an address here and a token.")
    fields: tuple[Field, ...] = (
        Field(
            "quiet_minutes", _("Quiet time, minutes"), FieldKind.NUMBER, default=5,
            help=_("A delivery is read when nothing has come for so long."),
        ),
        Field(
            "overwrite", _("Let a new object write over one with the same id"), FieldKind.TRUTH, default=False,
            help=_("Otherwise it is answered with 409, as SCIM says."),
        ),
        Field(
            "ignore_unknown", _("Ignore attributes that we do not know"), FieldKind.TRUTH, default=False,
            help=_("Otherwise the object is refused with 400."),
        ),
        Field(
            "rate", _("Requests a second"), FieldKind.NUMBER, default=200,
            help=_("Who sends faster is asked to wait (429). 0: as fast as it can."),
        ),
        Field(
            "school_type", _("School type where none is said"), FieldKind.CHOICE, default="GR",
            choices=tuple((code.value, code.name) for code in SCHOOL_TYPE.codes.values() if not code.replaced_by),
        ),
        Field(
            "pins", _("Pinned keys"), FieldKind.LONG_TEXT,
            help=_("Of client certificates that may deliver without a token: a line for each."),
        ),
        Field(
            "federation", _("Federation"),
            help=_("Its name here, where the sender is a member of one. It then delivers to the address of members."),
        ),
        Field(
            "member", _("The sender's entity_id"),
            help=_("To the letter, as the federation has it. Its client must have the tag egilv1."),
        ),
    )  # fmt: skip

    def check(self, settings: Settings, *, today: date) -> Iterator[Step]:
        """There is nobody to call: only the settings can be looked at."""
        pins_of(settings)
        yield Step(
            StepName.SETTINGS,
            sentence=str(_("Nothing is fetched. The sender needs the source's address and a token.")),
        )

    def fetch(self, settings: Settings, *, place: Place, today: date) -> Delivery:
        """What the mirror holds. Raises NothingArrived where nobody has delivered yet."""
        with within(place.authority_id):
            if not Inlet.objects.filter(source=place.source_id, changed_at__isnull=False).exists():
                raise NothingArrived
        return Mirrored(place.source_id, school_type=str(settings.get("school_type") or "GR"))


CONNECTOR = EgilIn()
