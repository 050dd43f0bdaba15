"""Takes the pictures of README and documentation: `make screenshots`.

Loads the example in a SQLite database that is thrown away, serves it on a free port of this machine, and lets Chromium
write `docs/pictures/*.webp`. The example is dated relative to today, so the pictures are of today too.
"""

import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from tests.run import find_chromium, free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 1_500_000  # of all pictures together
QUALITY = 80  # of WebP, in a hundred
PATIENCE = 60  # seconds, for the server to start


@dataclass(frozen=True)
class Picture:
    """One picture: what is asked for, by whom, on what screen."""

    name: str
    path: str
    opens: str = ""  # a link to follow from there
    user: str = "manager"
    language: str = "en"
    theme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 900
    scale: float = 1.5


FIRST_ROW = "tr[data-row] th a"
PICTURES_TO_TAKE = (
    Picture("sign-in", "/accounts/login/", user="", height=760, scale=1),
    Picture("home", "/"),
    Picture("follow-ups", "/follow-ups/?overdue=1&o=department"),
    Picture("mission", "/missions/?q=industriemissie", FIRST_ROW),
    Picture("organisation", "/organisations/?q=hauts", FIRST_ROW),
    Picture("agreements-dark", "/agreements/", language="nl", theme="dark", height=700),
    Picture("phone-follow-ups", "/follow-ups/?mine=1", user="staff", language="fr", width=390, height=844, scale=2),
    Picture("phone-meeting", "/meetings/?q=ferrari", FIRST_ROW, language="nl", width=390, height=844, scale=2),
)


@contextmanager
def example_site() -> Iterator[str]:
    """The address of an Entente that holds the example, until the pictures are taken."""
    with tempfile.TemporaryDirectory(prefix="entente-pictures-") as folder:
        database = f"sqlite:///{Path(folder, 'example.sqlite3')}"
        environment = {**os.environ, "ENTENTE_ENVIRONMENT": "development", "DATABASE_URL": database, "DEBUG": "yes"}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "--verbosity", "0"], ["load_example", "--verbosity", "0"]):
            subprocess.run([*manage, *command], env=environment, check=True)  # noqa: S603  # Our own command.
        site = f"http://127.0.0.1:{free_port()}"
        serve = [*manage, "runserver", site.removeprefix("http://"), "--noreload"]
        server = subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # The same.
        try:
            wait_for(f"{site}/healthz")
            yield site
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str) -> None:
    """Until it answers. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urlopen(address):  # noqa: S310  # Our own server.
                return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer.")


def take(browser: Browser, site: str, picture: Picture) -> int:
    """Writes one picture; gives its bytes."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.theme,
        has_touch=picture.width < 600,
        reduced_motion="reduce",
    )
    page = context.new_page()
    context.add_cookies([{"name": "django_language", "value": picture.language, "url": site}])
    if picture.user:
        page.goto(f"{site}/accounts/login/")
        page.fill("[name=username]", picture.user)
        page.fill("[name=password]", "entente-demo")
        page.click("main button[type=submit]")
        page.wait_for_url(f"{site}/")
    page.goto(site + picture.path)
    if picture.opens:
        page.locator(picture.opens).first.click()
        page.wait_for_load_state()
    page.mouse.move(0, 0)
    shot = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    body = base64.b64decode(shot["data"])
    (PICTURES / f"{picture.name}.webp").write_bytes(body)
    context.close()
    return len(body)


def main() -> None:
    """Takes them all."""
    chromium = find_chromium()
    if not chromium:
        sys.exit("No Chromium found (apt install chromium, or set CHROMIUM).")
    PICTURES.mkdir(exist_ok=True)
    with example_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        sizes = {picture.name: take(browser, site, picture) for picture in PICTURES_TO_TAKE}
        browser.close()
    for name, size in sizes.items():
        print(f"{size / 1000:7.0f} kB  docs/pictures/{name}.webp")
    if sum(sizes.values()) > MOST_BYTES:
        sys.exit(f"Together {sum(sizes.values())} bytes; at most {MOST_BYTES}. Lower QUALITY or take fewer.")


if __name__ == "__main__":
    main()
