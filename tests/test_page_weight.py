"""What a page weighs the first time: nothing in the cache, every style, script and picture fetched.

The page itself counts as it came over the wire, compressed by Entente. What is static counts as whitenoise serves it in
production: the file compressed with gzip at its best (a browser that asks for brotli gets less). Headers do not count.
"""

import gzip
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Request

from tests.test_browser import pages, sign_in, site

__all__ = ["site"]  # A fixture.

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 60_000  # bytes of a page, everything included
MOST_OF_A_LIST = 12_000  # bytes of a list's HTML alone, with the example in it
LISTS = ("/follow-ups/", "/missions/", "/meetings/", "/organisations/", "/contacts/", "/agreements/")


@cache
def static_weight(path: str) -> int:
    """Bytes of a static file, compressed when that helps."""
    body = Path(str(finders.find(path))).read_bytes()
    return min(len(body), len(gzip.compress(body, 9)))


def weigh(page: Page, address: str) -> tuple[int, int]:
    """Bytes of the page alone, and with all it fetches."""
    fetched: list[Request] = []

    def note(request: Request) -> None:
        fetched.append(request)

    page.on("requestfinished", note)
    page.goto(address)
    page.remove_listener("requestfinished", note)
    own = everything = 0
    for request in fetched:
        path = urlsplit(request.url).path
        if path.startswith("/static/"):
            everything += static_weight(path.removeprefix("/static/"))
        else:
            size = request.sizes()["responseBodySize"]
            everything += size
            if request.resource_type == "document":
                own = size
    return own, everything


def weigh_all(browser: Browser, site: str, paths: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Bytes of each page alone and with all it fetches; printed for who runs this with `-s`."""
    context = browser.new_context(locale="nl-BE")
    page = context.new_page()
    context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    sign_in(page, site, "admin")
    weights = {path: weigh(page, site + path) for path in paths}
    context.close()
    for path, (own, everything) in weights.items():
        print(f"{own:8} {everything:8}  {path}")
    return weights


@pytest.mark.long
def test_every_page_is_light_the_first_time(browser: Browser, site: str) -> None:
    weights = weigh_all(browser, site, [path for path in pages() if not path.startswith("/admin/")])
    assert {path: everything for path, (_, everything) in weights.items() if everything > MOST} == {}
    assert {path: weights[path][0] for path in LISTS if weights[path][0] > MOST_OF_A_LIST} == {}


@pytest.mark.long
def test_the_administration_is_as_light(browser: Browser, site: str) -> None:
    weights = weigh_all(browser, site, [path for path in pages() if path.startswith("/admin/")])
    assert {path: everything for path, (_, everything) in weights.items() if everything > MOST} == {}
