"""Every address for every role: axe-core finds nothing, the console is silent, nobody else is asked, it fits.

Light on a classroom's screen and dark on a telephone; the width between them once, where the most is shown.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.scene import Scene

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = f"axe.run({json.dumps({'resultTypes': ['violations'], 'runOnly': TAGS})})"
WHO = [None, "elsa", "tove", "petra", "gustav", "alva", "dana"]


def found_by_axe(page: Page) -> list[str]:
    """What axe-core finds wrong on the page."""
    # Through the debugger, as a tester would: the page's own policy forbids foreign scripts.
    page.evaluate(AXE.read_text())
    found = page.evaluate(RUN)["violations"]
    return [f"{one['id']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}" for one in found]


def is_cut_off(page: Page) -> bool:
    """Whether the page is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1600), ("dark", 360)])
@pytest.mark.parametrize("who", WHO)
def test_every_address_of_a_role_is_accessible_quiet_and_whole(
    open_as: Open, scene: Scene, site: str, who: str | None, scheme: str, width: int
) -> None:
    page = open_as(who, "/hjalp/", scheme=scheme, width=width)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("request", lambda request: asked.append(request.url))
    wrong: dict[str, list[str]] = {}
    for address in scene.addresses(who):
        answer = page.goto(f"{site}{address}")
        assert answer is not None
        assert answer.status == 200, address
        found = [*found_by_axe(page), *(["wider than the screen"] if is_cut_off(page) else [])]
        if found:
            wrong[address] = found
    assert wrong == {}
    assert said == []
    assert [url for url in asked if not url.startswith((f"{site}/", "data:"))] == []


def test_refusals_and_empty_pages_are_accessible_too(open_as: Open, scene: Scene, site: str) -> None:
    page = open_as("tove", "/hjalp/")
    seldom = {
        "/finns-inte/": 404,
        "/oversikt/": 403,
        f"/varfor/{scene.cast['nils']}/{scene.offer.resource.pk}/": 403,
        "/personer/?q=ingenheterså": 200,
        "/klasser/?q=ingenheterså": 200,
        f"/klasser/{scene.cast['class_5b']}/dela-ut/?q=ingenheterså": 200,
    }
    for address, status in seldom.items():
        answer = page.goto(f"{site}{address}")
        assert answer is not None
        assert answer.status == status
        assert found_by_axe(page) == [], address


def test_pages_fit_a_screen_of_900(open_as: Open, scene: Scene, site: str) -> None:
    page = open_as("alva", "/hjalp/", width=900)
    for address in scene.addresses("alva"):
        page.goto(f"{site}{address}")
        assert not is_cut_off(page), address
