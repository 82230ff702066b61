"""One authority at localhost with something on every page, served on a real port, and Debian's Chromium."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

if TYPE_CHECKING:
    from tests.browser.scene import Scene

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def scene(database: str, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The cast at localhost with services, licences, plans and findings."""
    from tests.browser.scene import make_scene
    from tests.signin.live import authority_at_localhost

    with psycopg.connect(database, autocommit=True) as owner:
        authority = authority_at_localhost(owner, slug=f"t-{uuid.uuid4().hex[:10]}")
        owner.execute("UPDATE core_authority SET is_demo = true WHERE id = %s", [authority.id])
    return make_scene(authority, folder=tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def site(scene: Scene) -> Iterator[str]:
    """The origin of a running Kateder, on the day of the cast."""
    from tests.cast import TODAY
    from tests.signin.live import serving

    with pytest.MonkeyPatch.context() as patch, serving() as origin:
        patch.setattr("kateder.core.clock.today", lambda: TODAY)
        yield origin


@pytest.fixture
def open_as(chromium: Browser, scene: Scene, site: str) -> Iterator[Open]:
    """`open_as("tove", "/klasser/", width=360, scheme="dark")` opens a page as one of the cast (None: nobody)."""
    contexts: list[BrowserContext] = []

    def open_page(
        name: str | None, path: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True
    ) -> Page:
        context = chromium.new_context(
            locale="sv-SE",
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if name is not None:
            context.add_cookies([{"name": "kateder", "value": scene.session_of(name), "url": site}])
        page = context.new_page()
        page.goto(f"{site}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
