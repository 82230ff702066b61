"""Covers drawn from subject and title, for resources whose provider gave none.

The subject decides colour and motif, so that a child finds mathematics without reading; the title decides
how the motif is laid out, so that two resources in one subject differ, and look the same on every day.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kateder.portal import motifs
from kateder.portal.motifs import Seed


class Style(NamedTuple):
    """Ground and light colour, and who draws the motif."""

    ground: str
    light: str
    motif: Callable[[Seed, str, str], str]


OTHER: Final = Style("#55625c", "#d5ddd8", motifs.shapes)
STYLES: Final[dict[str, Style]] = {
    "MA": Style("#2b5f8a", "#8bb9de", motifs.rings),
    "SV": Style("#9c2f23", "#f0c9b5", motifs.lines),
    "SVA": Style("#b0482c", "#f6d9c5", motifs.lines),
    "NO": Style("#4f6d33", "#d4e2b8", motifs.leaf),
    "BI": Style("#4f6d33", "#d4e2b8", motifs.leaf),
    "FY": Style("#3f4f87", "#c9d2f2", motifs.orbits),
    "KE": Style("#6a5b1f", "#eadf9f", motifs.flask),
    "SO": Style("#8a5a00", "#f2d798", motifs.globe),
    "GE": Style("#8a5a00", "#f2d798", motifs.globe),
    "HI": Style("#7a4b2a", "#ecd0b4", motifs.arches),
    "RE": Style("#7a4b2a", "#ecd0b4", motifs.arches),
    "SA": Style("#7d4a12", "#f0d1a4", motifs.arches),
    "SH": Style("#7d4a12", "#f0d1a4", motifs.arches),
    "EN": Style("#6b4468", "#e3cde1", motifs.speech),
    "FR": Style("#57497d", "#d8d0ee", motifs.speech),
    "SP": Style("#7a3f5c", "#efcfdd", motifs.speech),
    "TY": Style("#4f4a86", "#d3d3f0", motifs.speech),
    "ML": Style("#57497d", "#d8d0ee", motifs.speech),
    "MOD": Style("#57497d", "#d8d0ee", motifs.speech),
    "MU": Style("#1f4b3f", "#a9d3c5", motifs.notes),
    "BIL": Style("#b25430", "#f6dcc8", motifs.shapes),
    "ID": Style("#34727a", "#bfe0e3", motifs.ball),
    "TE": Style("#3d5a66", "#bcd3dc", motifs.cogs),
    "TK": Style("#3d5a66", "#bcd3dc", motifs.cogs),
    "SL": Style("#6b4a2f", "#e8cfb3", motifs.cogs),
    "BL": Style("#b25430", "#f6dcc8", motifs.shapes),
    "HEM": Style("#8d4a4f", "#f2cfcf", motifs.bowl),
    "HKK": Style("#8d4a4f", "#f2cfcf", motifs.bowl),
}


def style_of(subject_code: str | None) -> Style:
    """The style of a subject, by the longest known beginning of its code (GRGRMAT01 and MATMAT01a too) or name."""
    code = (subject_code or "").upper().removeprefix("GRGR").removeprefix("GRAN")
    for length in range(min(len(code), 3), 1, -1):
        if found := STYLES.get(code[:length]):
            return found
    return OTHER


def draw(title: str, *, subject_code: str | None) -> SafeString:
    """The cover as an inline SVG, 320 by 240; the title stands beside it, so a reader is told nothing twice."""
    style = style_of(subject_code)
    seed = Seed(blake2b(title.encode(), digest_size=16).digest())
    return format_html(
        '<svg class="cover" viewBox="0 0 320 240" preserveAspectRatio="xMidYMid slice" aria-hidden="true"'
        ' focusable="false"><rect width="320" height="240" fill="{}"/>{}</svg>',
        style.ground,
        mark_safe(style.motif(seed, style.ground, style.light)),  # noqa: S308  numbers and our own colours only
    )
