"""The server that production runs: gunicorn with four workers on the test's database, and visitors who ask it over HTTP."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from accounts.models import User
from tests.run import free_port

WORKERS = 4
LONGEST_START = 60  # seconds
LONGEST_ANSWER = 60
TOKEN = "t" * 32  # of the forms: any will do, as long as cookie and form say the same

Given = TypeVar("Given")


def database_url() -> str:
    """Where another process finds the test's database; libpq's own variables say where the server is."""
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else f"postgres:///{name}"


class Server:
    """Gunicorn as `gunicorn.conf.py` has it, in a process group of its own."""

    def __init__(self, log: Path) -> None:
        self.log, self.port = log, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, also after it was stopped, on the same port; returns when it is ready."""
        environment = {
            **os.environ,
            "ENTENTE_ENVIRONMENT": "development",
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": str(WORKERS),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "config.wsgi"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        limit = time.monotonic() + LONGEST_START
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise AssertionError(f"gunicorn did not start:\n{self.log.read_text(encoding='utf-8')[-3000:]}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Whether it answers, with its database."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/readyz")
            return asked.getresponse().status == 200
        except OSError:
            return False
        finally:
            asked.close()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends the process this object started: asked (SIGTERM), or with all its workers at once (SIGKILL)."""
        if self.process is None:
            return
        if how == signal.SIGKILL:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.send_signal(how)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The server, running; ended before the database is cleared, so that no connection of its stands in the way."""
    served = Server(tmp_path / "gunicorn.log")
    served.start()
    yield served
    served.stop()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


class Visitor:
    """Somebody who is signed in, and follows no redirect."""

    def __init__(self, server: Server, user: User) -> None:
        self.port, self.user = server.port, user
        self.session = signed_in(user)

    def get(self, path: str) -> Answer:
        """A page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, object]) -> Answer:
        """A form that is sent."""
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_ANSWER)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with contextlib.closing(asked):
            asked.request(method, path, body, headers)
            response = asked.getresponse()
            where = urlsplit(response.headers.get("Location", ""))
            return Answer(response.status, where.path, response.read().decode())


def signed_in(user: User) -> str:
    """The key of a new session of this user."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def at_once(acts: Sequence[Callable[[], Given]]) -> list[Given]:
    """Does all of these at the same moment, each in a thread; what each gave, in the order asked."""
    gate, given, wrong = threading.Barrier(len(acts)), {}, []

    def act(number: int, one: Callable[[], Given]) -> None:
        try:
            gate.wait(timeout=30)
            given[number] = one()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(number, one)) for number, one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return [given[number] for number in range(len(acts))]


def a_number() -> str:
    """The number that a form for a new record carries."""
    return str(uuid.uuid4())
