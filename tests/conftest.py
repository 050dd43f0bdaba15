"""What every test shares: the database's place, quick passwords, long tests, the browser, Hypothesis."""

import gc
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.utils import translation
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

from tests.run import find_chromium

# Playwright's synchronous interface keeps an event loop running; Django would refuse its queries beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSER_FIXTURES = {"browser", "browser_type", "context", "new_context", "page"}
OWN_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
QUIET_CHROMIUM = [
    "--no-sandbox",  # root, as in a container, cannot start it otherwise
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

ENGINE = settings.DATABASES["default"]["ENGINE"]
MIGRATED = os.environ.get("ENTENTE_MIGRATED", "")  # a file of SQLite, or the name of a database on PostgreSQL

# The same examples every time: a failure on one machine is a failure on all.
_PROFILE: dict[str, Any] = {
    "derandomize": True,
    "deadline": None,
    "print_blob": False,
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
hypothesis.settings.register_profile("short", max_examples=50, **_PROFILE)
hypothesis.settings.register_profile("long", max_examples=1000, **_PROFILE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`, or the variable ENTENTE_LONG=1."""
    parser.addoption("--long", action="store_true", help="run the long tests too, as make test-all does")


def is_long(config: pytest.Config) -> bool:
    """Whether the long tests run."""
    return bool(config.getoption("--long") or os.environ.get("ENTENTE_LONG"))


def pytest_configure(config: pytest.Config) -> None:
    """Settings that only tests want."""
    hypothesis.settings.load_profile("long" if is_long(config) else "short")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # 1 ms instead of 300
    # The collected static files exist on a server only.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")
    # pytest-playwright's own fixture, nothing we can mend.
    config.addinivalue_line("filterwarnings", "ignore:Session-scoped fixtures defined as instance methods")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses a browser, before `-m` chooses; skip, with the reason, what cannot or need not run."""
    chromium = find_chromium()
    for item in items:
        if BROWSER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("browser") and not chromium:
            item.add_marker(pytest.mark.skip(reason="no Chromium found (apt install chromium, or set CHROMIUM)"))
        if item.get_closest_marker("long") and not is_long(config):
            item.add_marker(pytest.mark.skip(reason="long: only make test-all runs it"))
        if item.get_closest_marker("once") and not is_long(config) and "postgresql" in ENGINE:
            item.add_marker(pytest.mark.skip(reason="about pages: on PostgreSQL only make test-all runs it"))


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not look at it again, which takes an eighth of a run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def long_run(pytestconfig: pytest.Config) -> bool:
    """True in `make test-all`: a test may then take all languages, themes or widths instead of one of each."""
    return is_long(pytestconfig)


@pytest.fixture(scope="session", autouse=True)
def _own_media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files that tests upload go where nobody misses them."""
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
    yield
    settings.MEDIA_ROOT = before


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite in a file, as people use it: threads of a live server and races get their own connections.

    Where `tests.run` migrated a database beforehand, each worker begins with a copy of it.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        name = tmp_path_factory.mktemp("database") / "entente.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(name)
        if MIGRATED:
            shutil.copy(MIGRATED, name)
    elif MIGRATED:
        database.setdefault("TEST", {})["TEMPLATE"] = MIGRATED


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """A copy on SQLite is not made anew."""
    return django_db_keepdb or bool(MIGRATED and "sqlite3" in ENGINE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's own Chromium; nothing is downloaded."""
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": QUIET_CHROMIUM}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Dutch-speaking official in Brussels, unless a test says otherwise."""
    return {**browser_context_args, "locale": "nl-BE", "timezone_id": "Europe/Brussels"}


@pytest.fixture(autouse=True)
def no_request_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Waits, when the page is closed, for what it still sent: a draft kept on leaving must not meet the clearing of the
    database."""
    if not request.node.get_closest_marker("browser"):
        yield
        return
    request.getfixturevalue("transactional_db")  # Cleared after this.
    answering: set[int] = set()
    last = [time.monotonic()]

    def begin(**kwargs: Any) -> None:
        answering.add(threading.get_ident())

    def end(**kwargs: Any) -> None:
        answering.discard(threading.get_ident())
        last[0] = time.monotonic()

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    limit = last[0] = time.monotonic()
    while (answering or time.monotonic() - last[0] < 0.3) and time.monotonic() - limit < 10:
        time.sleep(0.05)
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def console_errors(context: BrowserContext) -> list[str]:
    """What a page did that it never should; ask for it before `page`, and end with `assert console_errors == []`.

    Holds console errors, which include each breach of the Content-Security-Policy and each missing file, uncaught
    exceptions, and requests to another host.
    """
    errors: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            errors.append(f"console: {message.text}")

    def on_exception(error: WebError) -> None:
        errors.append(f"exception: {error.error}")

    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.hostname not in OWN_HOSTS:
            errors.append(f"another host: {request.url}")

    context.on("console", on_console)
    context.on("weberror", on_exception)
    context.on("request", on_request)
    return errors


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of `manage.py`."""
    return Path(settings.BASE_DIR)


@pytest.fixture(autouse=True)
def no_language_left_over() -> None:
    """A page that a test asked for leaves its reader's language active in the thread; the next test begins anew."""
    translation.deactivate()
