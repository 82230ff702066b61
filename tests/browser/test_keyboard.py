"""Everything can be done without a mouse, and all but the search as you type without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.scene import Scene

pytestmark = pytest.mark.browser


def test_first_tab_leads_past_the_menu_to_the_content(open_as: Open, scene: Scene) -> None:
    page = open_as("tove", "/klasser/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_menu_opens_on_enter_and_closes_on_escape(open_as: Open, scene: Scene) -> None:
    page = open_as("alva", "/oversikt/", width=360)
    menu = page.locator("#menu")
    expect(menu).to_be_hidden()
    page.locator("button.menu-button").focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_cover_has_a_visible_focus_and_opens_on_enter(open_as: Open, scene: Scene) -> None:
    page = open_as("elsa", "/")
    book = page.locator("a.open").first
    book.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement, '::after').outlineStyle") == "solid"
    assert (book.get_attribute("href") or "").startswith("/oppna/")


def test_search_finds_while_one_types_and_can_be_linked_to(open_as: Open, scene: Scene) -> None:
    page = open_as("alva", "/personer/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("els")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#people")).to_contain_text("Elsa Åberg")
    assert page.url.endswith("/personer/?q=els")
    expect(page.locator("#search")).to_be_focused()


def test_search_works_without_script(open_as: Open, scene: Scene) -> None:
    page = open_as("alva", "/personer/", scripts=False)
    page.locator("#search").fill("els")
    page.keyboard.press("Enter")
    expect(page.locator("#people tbody tr")).to_have_count(1)


def test_menu_works_without_script(open_as: Open, scene: Scene) -> None:
    page = open_as("alva", "/oversikt/", width=360, scripts=False)
    page.locator("button.menu-button").click()
    page.locator("#menu").get_by_role("link", name="Licenser").click()
    assert page.url.endswith("/licenser/")


def test_language_is_one_click_away_and_comes_back_to_the_same_page(open_as: Open, scene: Scene) -> None:
    page = open_as("tove", "/klasser/")
    page.get_by_role("button", name="In English").click()
    expect(page.locator("h1")).to_have_text("Classes")
    assert page.url.endswith("/klasser/")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="På svenska").click()
    expect(page.locator("h1")).to_have_text("Klasser")


def test_reduced_motion_is_respected(open_as: Open, scene: Scene) -> None:
    page = open_as("elsa", "/")
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.book')).transitionDuration") == "0s"


def test_text_at_200_per_cent_still_fits(open_as: Open, scene: Scene, site: str) -> None:
    page = open_as("alva", "/oversikt/", width=900)
    cut_off = []
    for address in scene.addresses("alva"):
        page.goto(f"{site}{address}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            cut_off.append(address)
    assert cut_off == []
