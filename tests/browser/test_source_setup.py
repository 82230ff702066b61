"""A mapped source is set up with the keyboard alone, and the rows change while one types, at three widths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kateder.core.tenancy import within
from kateder.sources import trying
from kateder.sources.models import Source, Standing
from tests.browser.conftest import Open
from tests.browser.files import MAPPING
from tests.browser.scene import Scene
from tests.browser.test_accessibility import found_by_axe, is_cut_off

pytestmark = pytest.mark.browser


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never comes to {selector}")


def picture(page: Page, name: str) -> None:
    """A picture for whoever works on the pages; where to is said in the environment."""
    if folder := os.environ.get("KATEDER_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (900, "dark"), (1600, "light")])
def test_mapped_source_is_set_up_by_keyboard_with_the_rows_beside(
    open_as: Open, scene: Scene, width: int, scheme: str
) -> None:
    name = f"Listan {width}"
    page = open_as("alva", "/kallor/ny/mapped_csv/", width=width, scheme=scheme)
    tab_to(page, "#name")
    page.keyboard.type(name)
    tab_to(page, "#folder")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#mapping")
    page.keyboard.insert_text(MAPPING.replace("{Förnamn}", "{Förnam}"))
    glimpse = page.locator("#glimpse")
    expect(glimpse.get_by_role("status")).to_contain_text("Menade du Förnamn?")
    picture(page, f"mistake-{width}")
    page.locator("#mapping").fill(MAPPING)
    expect(glimpse.get_by_role("status")).to_contain_text("1 rad har fel.")
    expect(glimpse).to_contain_text("elever.csv, rad 4: familyName är tom.")
    expect(glimpse).to_contain_text("elsa@bjorkviken.example")
    picture(page, f"glimpse-{width}")
    assert found_by_axe(page) == []
    assert not is_cut_off(page)
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    _tried_and_added(page, scene, name=name, width=width)


def _tried_and_added(page: Page, scene: Scene, *, name: str, width: int) -> None:
    expect(page.locator("#trial progress")).to_be_visible()
    picture(page, f"trying-{width}")
    with within(scene.cast.authority.id):
        draft = Source.objects.get(name=name)
        actor = scene.cast.actor("alva")
    trying.carry_out(draft.pk, actor=actor)
    # The page asks again by itself, step by step, until the trial is over.
    expect(page.locator("#trial .steps > .yes")).to_have_count(3)
    expect(page.locator("#share")).to_be_visible()
    picture(page, f"tried-{width}")
    assert not is_cut_off(page)
    tab_to(page, "button[value=add]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Källan är tillagd.")
    picture(page, f"added-{width}")
    with within(scene.cast.authority.id):
        assert Source.objects.get(name=name).standing == Standing.ACTIVE


def test_result_is_shown_without_script_too(open_as: Open, scene: Scene) -> None:
    page = open_as("alva", f"/kallor/{scene.mapped}/installningar/", scripts=False)
    page.locator("#mapping").fill(MAPPING.replace('"{Skola}"', '"Skolan {Skola}"'))
    page.get_by_role("button", name="Visa resultatet").click()
    expect(page.locator("#glimpse")).to_contain_text("Skolan Norrskolan")
