"""What a page weighs the first time: nothing in the cache, every style, script and picture fetched.

The page itself counts as it came over the wire, compressed by Entente. What is static counts as whitenoise serves it in
production: the file compressed with gzip at its best (a browser that asks for brotli gets less). Headers do not count.
"""

import gzip
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

from tests.example import load_example
from tests.test_browser import pages, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 60_000  # bytes of a page of the site, everything included
MOST_IN_ADMIN = 160_000  # bytes; Django's own scripts for finding records as one types are two thirds of it
MOST_OF_A_LIST = 12_000  # bytes of a list's HTML alone, with the example in it
LISTS = ("/follow-ups/", "/missions/", "/meetings/", "/organisations/", "/contacts/", "/agreements/")


@cache
def static_weight(path: str) -> int:
    """Bytes of a static file, compressed when that helps."""
    body = Path(str(finders.find(path))).read_bytes()
    return min(len(body), len(gzip.compress(body, 9)))


def weigh(page: Page, address: str) -> tuple[int, int]:
    """Bytes of the page alone, and with all it fetches."""
    fetched = []
    page.on("requestfinished", fetched.append)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("requestfinished", fetched.append)
    own = everything = 0
    for request in fetched:
        path = urlsplit(request.url).path
        if path.startswith("/static/"):
            everything += static_weight(path.removeprefix("/static/"))
        else:
            size = request.sizes()["responseBodySize"]
            own, everything = max(own, size), everything + size
    return own, everything


def test_every_page_is_light_the_first_time(browser: Browser, live_server, settings, record_property) -> None:
    settings.DEBUG = False
    load_example()
    context = browser.new_context(locale="nl-BE")
    page = context.new_page()
    context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    sign_in(page, live_server.url, "admin")
    weights = {path: weigh(page, live_server.url + path) for path in (*pages(), "/accounts/login/?next=/nothing/")}
    context.close()
    record_property("weights", weights)
    most = {path: MOST_IN_ADMIN if path.startswith("/admin/") else MOST for path in weights}
    assert {path: weight for path, (_, weight) in weights.items() if weight > most[path]} == {}
    assert {path: weights[path][0] for path in LISTS if weights[path][0] > MOST_OF_A_LIST} == {}
