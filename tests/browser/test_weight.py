"""A first page is light enough for a school's network, over the wire, with everything that it asks for."""

from __future__ import annotations

from urllib.request import Request, urlopen

import pytest

from tests.browser.conftest import Open
from tests.browser.scene import Scene

pytestmark = pytest.mark.browser
LIMIT = 150_000
FIRST_PAGES = [(None, "/"), ("elsa", "/"), ("alva", "/oversikt/"), ("tove", "/klasser/")]


@pytest.mark.parametrize(("who", "address"), FIRST_PAGES)
def test_first_page_is_under_150_kilobytes_compressed(
    open_as: Open, scene: Scene, site: str, who: str | None, address: str
) -> None:
    page = open_as(who, "/hjalp/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}{address}", wait_until="networkidle")
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    sizes = {url.removeprefix(site): _over_the_wire(url, cookies) for url in asked}
    assert any(url.partition("?")[0].endswith(".css") for url in sizes)
    assert sum(sizes.values()) < LIMIT, sizes


def _over_the_wire(url: str, cookies: str) -> int:
    """The bytes of the body as a browser is sent them."""
    request = Request(url, headers={"Accept-Encoding": "gzip, br", "Cookie": cookies})  # noqa: S310  our own server
    with urlopen(request) as answer:  # noqa: S310
        return len(answer.read())
