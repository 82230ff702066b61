"""What is drawn on covers: one function per motif, 320 by 240 units, from a seed and two colours."""

from math import cos, pi, sin
from typing import Final

SUN: Final = "#e8b33c"
LAKE: Final = "#2b5f8a"


class Seed:
    """Small numbers that are the same for the same title on every machine and day."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def pick(self, place: int, *, below: int) -> int:
        """A number from 0 up to, not including, `below`."""
        return self._digest[place % len(self._digest)] % below


def rings(seed: Seed, ground: str, light: str) -> str:
    """Mathematics: rings in rows, some of them filled like beads on an abacus."""
    drawn = []
    for place in range(15):
        column, row = place % 5, place // 5
        radius = 14 + 5 * seed.pick(place, below=3)
        fill = light if seed.pick(place, below=5) == 0 else "none"
        drawn.append(
            f'<circle cx="{40 + 60 * column}" cy="{60 + 60 * row}" r="{radius}" fill="{fill}"'
            f' stroke="{light}" stroke-width="5"/>'
        )
    return "".join(drawn)


def lines(seed: Seed, ground: str, light: str) -> str:
    """Swedish: lines of a text with one word marked."""
    drawn = [
        f'<rect x="36" y="{46 + 26 * row}" width="{110 + 20 * seed.pick(row, below=8)}" height="9" rx="4"'
        f' fill="{light}"/>'
        for row in range(6)
    ]
    marked = seed.pick(7, below=6)
    drawn.append(f'<rect x="36" y="{46 + 26 * marked}" width="{40 + 6 * marked}" height="9" rx="4" fill="{SUN}"/>')
    return "".join(drawn)


def leaf(seed: Seed, ground: str, light: str) -> str:
    """Science: leaves on a stem, leaning a little."""
    tilt = seed.pick(0, below=5) * 8 - 16
    small = (
        f'<g transform="translate({70 + 160 * seed.pick(1, below=2)} 190) rotate({-tilt * 2}) scale(.4)'
        f' translate(-160 -120)"><path d="M160 210C90 170 80 90 160 30c80 60 70 140 0 180z" fill="{light}"'
        ' opacity=".6"/></g>'
    )
    return small + (
        f'<g transform="rotate({tilt} 160 120)">'
        f'<path d="M160 210C90 170 80 90 160 30c80 60 70 140 0 180z" fill="{light}"/>'
        f'<path d="M160 205V60M160 110l40-30M160 140l-42-30M160 165l38-26" stroke="{ground}" stroke-width="6"'
        ' fill="none"/></g>'
    )


def orbits(seed: Seed, ground: str, light: str) -> str:
    """Physics: bodies in their orbits."""
    drawn = [f'<circle cx="160" cy="120" r="20" fill="{SUN}"/>']
    for ring, radius in enumerate((48, 76, 104)):
        angle = seed.pick(ring, below=24) * pi / 12
        x, y = 160 + radius * cos(angle), 120 + radius * sin(angle)
        drawn.append(f'<circle cx="160" cy="120" r="{radius}" fill="none" stroke="{light}" stroke-width="3"/>')
        drawn.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{8 + 2 * ring}" fill="{light}"/>')
    return "".join(drawn)


def flask(seed: Seed, ground: str, light: str) -> str:
    """Chemistry: a flask with rising bubbles."""
    bubbles = "".join(
        f'<circle cx="{132 + 14 * place}" cy="{70 + 14 * seed.pick(place, below=7)}" r="{4 + place % 3}"'
        f' fill="{ground if place % 2 else light}"/>'
        for place in range(5)
    )
    return (
        f'<path d="M136 36h48M144 36v58L92 186a16 16 0 0 0 14 24h108a16 16 0 0 0 14-24L176 94V36" fill="none"'
        f' stroke="{light}" stroke-width="8" stroke-linecap="round"/>'
        f'<path d="M118 156h84l22 38a8 8 0 0 1-7 12H103a8 8 0 0 1-7-12z" fill="{SUN}"/>{bubbles}'
    )


def globe(seed: Seed, ground: str, light: str) -> str:
    """Social science and geography: the globe, turned."""
    turn = seed.pick(0, below=7) * 6 - 18
    return (
        f'<g transform="rotate({turn} 160 120)"><circle cx="160" cy="120" r="86" fill="{light}"/>'
        f'<ellipse cx="160" cy="120" rx="{28 + 6 * seed.pick(1, below=4)}" ry="86" stroke="{ground}"'
        ' stroke-width="5" fill="none"/>'
        f'<path d="M74 120h172M86 78h148M86 162h148M160 34v172" stroke="{ground}" stroke-width="5"/></g>'
    )


def arches(seed: Seed, ground: str, light: str) -> str:
    """History, religion, civics: a row of arches."""
    drawn = []
    for place in range(4):
        x, top = 34 + 66 * place, 60 + 10 * seed.pick(place, below=5)
        fill = SUN if place == seed.pick(5, below=4) else light
        drawn.append(f'<path d="M{x} 200V{top + 26}a27 26 0 0 1 54 0V200z" fill="{fill}"/>')
    return "".join(drawn) + f'<path d="M20 206h280" stroke="{light}" stroke-width="8" stroke-linecap="round"/>'


def speech(seed: Seed, ground: str, light: str) -> str:
    """Languages: somebody speaks, somebody answers."""
    side = seed.pick(0, below=2)
    answer = (
        f'<path d="M{150 - 84 * side} 140h92a18 18 0 0 1 18 18v20a18 18 0 0 1-18 18h-92a18 18 0 0 1-18-18v-20'
        f'a18 18 0 0 1 18-18z" fill="{SUN}"/>'
    )
    words = "".join(f'<circle cx="{90 + 34 * place}" cy="92" r="9" fill="{ground}"/>' for place in range(3))
    return answer + (
        f'<g transform="translate({60 * side} -10)"><path d="M60 60h130a22 22 0 0 1 22 22v40a22 22 0 0 1-22 22h-70'
        f'l-34 34v-34H60a22 22 0 0 1-22-22V82a22 22 0 0 1 22-22z" fill="{light}"/>{words}</g>'
    )


def notes(seed: Seed, ground: str, light: str) -> str:
    """Music: staff and notes."""
    staff = "".join(f'<path d="M20 {70 + 26 * row}H300" stroke="{light}" stroke-width="3"/>' for row in range(5))
    shift = seed.pick(0, below=5) * 22 - 44
    low = seed.pick(1, below=3) * 13
    return staff + (
        f'<g transform="translate({shift} {low})"><ellipse cx="110" cy="148" rx="20" ry="15" fill="{light}"/>'
        f'<path d="M129 146V62l74-16v78" stroke="{light}" stroke-width="8" fill="none"/>'
        f'<ellipse cx="184" cy="126" rx="20" ry="15" fill="{SUN}"/></g>'
    )


def shapes(seed: Seed, ground: str, light: str) -> str:
    """Art, and whatever has no motif of its own: circle, square, triangle."""
    turn = seed.pick(0, below=6) * 15
    return (
        f'<circle cx="{96 + 6 * seed.pick(1, below=4)}" cy="96" r="46" fill="{light}"/>'
        f'<rect x="150" y="70" width="110" height="110" rx="6" fill="{SUN}" transform="rotate({turn} 205 125)"/>'
        f'<path d="M{48 + 10 * seed.pick(2, below=4)} 204l70-94 70 94z" fill="{LAKE}"/>'
    )


def ball(seed: Seed, ground: str, light: str) -> str:
    """Sports and health: a ball in the air."""
    x, turn = 110 + 20 * seed.pick(0, below=6), seed.pick(1, below=6) * 15
    return (
        f'<path d="M24 206C80 60 240 60 296 206" stroke="{light}" stroke-width="4" stroke-dasharray="4 12"'
        ' fill="none" stroke-linecap="round"/>'
        f'<g transform="translate({x - 160} 0) rotate({turn} 160 120)"><circle cx="160" cy="120" r="62"'
        f' fill="{ground}" stroke="{light}" stroke-width="9"/>'
        f'<path d="M160 58v124M98 120h124M116 76c32 28 32 60 0 88M204 76c-32 28-32 60 0 88" stroke="{light}"'
        ' stroke-width="6" fill="none"/></g>'
    )


def cogs(seed: Seed, ground: str, light: str) -> str:
    """Technology and crafts: two cogs that turn each other."""
    turn = seed.pick(0, below=6) * 5
    return _cog(122, 132, 58, light, ground, turn) + _cog(222, 88, 38, SUN, ground, turn + 15)


def _cog(x: int, y: int, radius: int, colour: str, hole: str, turn: int) -> str:
    teeth = "".join(
        f'<rect x="{x - 8}" y="{y - radius - 10}" width="16" height="20" rx="3"'
        f' transform="rotate({turn + 45 * n} {x} {y})"/>'
        for n in range(8)
    )
    return (
        f'<g fill="{colour}">{teeth}<circle cx="{x}" cy="{y}" r="{radius}"/></g>'
        f'<circle cx="{x}" cy="{y}" r="{radius // 3}" fill="{hole}"/>'
    )


def bowl(seed: Seed, ground: str, light: str) -> str:
    """Home and consumer studies: a bowl with steam."""
    steam = "".join(
        f'<path d="M{120 + 40 * place} {100 - 6 * seed.pick(place, below=4)}c-14-18 14-26 0-44" stroke="{SUN}"'
        ' stroke-width="7" fill="none" stroke-linecap="round"/>'
        for place in range(3)
    )
    return (
        steam
        + f'<path d="M70 126h180a90 82 0 0 1-180 0z" fill="{light}"/>'
        + f'<path d="M120 214h80" stroke="{light}" stroke-width="9" stroke-linecap="round"/>'
    )
