"""Runs the checks and every suite of tests, goes on after a failure, and ends with what ran where.

`make test` and `make test-all` call it as `python -m tests.run [--all]`. With `--all` the long tests run too, the
browser tests run on both databases, and whatever is missing or skipped makes the run fail.
"""

import argparse
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SUITE_LIMIT = 30 * 60  # seconds; a suite that hangs is stopped, the others still run
TEST_LIMIT = 120  # seconds; a test that takes longer prints where it is
LONG_TEST_LIMIT = 900  # seconds; the same for the long ones
WORKERS = min((os.cpu_count() or 2) + 1, 8)  # One more than there are cores: each waits now and then.
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# A throw-away cluster may lose its data, and a developer's language must not change the order of its texts.
THROW_AWAY_CLUSTER = ["pg_virtualenv", "-t", "-c", "--locale=C.UTF-8 --encoding=UTF8"]
for _option in ("fsync=off", "synchronous_commit=off", "full_page_writes=off"):
    THROW_AWAY_CLUSTER += ["-o", _option]
MIGRATED = "entente_migrated"  # a database on PostgreSQL that each worker's is a copy of
# Notes the server's version and the exit code, and ends well itself: else pg_virtualenv prints the server's log.
INSIDE_CLUSTER = f"""psql -XAtc "SHOW server_version" >"$0/version"; createdb {MIGRATED}
DATABASE_URL=postgres:///{MIGRATED} "$1" manage.py migrate --verbosity 0; "$@"; echo $? >"$0/code\""""


@dataclass
class Result:
    """What one suite did."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # how often, by reason
    note: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        """One line for the summary."""
        words = [f"{self.passed} passed"]
        if self.failed:
            words.append(f"{self.failed} FAILED")
        if self.skipped:
            words.append(f"{self.skipped.total()} skipped")
        return f"{self.name}: {', '.join(words)} ({self.seconds:.0f} s){f'; {self.note}' if self.note else ''}"


def find_chromium() -> str | None:
    """The browser to test with: the variable CHROMIUM, else the first known name on PATH, else Debian's place."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else [*CHROMIUM_NAMES, "/usr/bin/chromium"]
    return next((path for name in names if (path := shutil.which(name))), None)


def version_of(program: str) -> str:
    """The first number a program says about itself, as "156.0.8078.79"."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return next((word for word in said.split() if word[0].isdigit()), "of unknown version")


def why_no_postgresql() -> str:
    """Why no cluster can be made here, or nothing."""
    if not shutil.which("pg_virtualenv"):
        return "pg_virtualenv not found (apt install postgresql postgresql-common)"
    if not any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")):
        return "no PostgreSQL server found (apt install postgresql)"
    return ""


def free_port() -> int:
    """A port nobody listens on, so that two runs on one machine do not want the same."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def heading(text: str) -> None:
    """A line that shows where one suite ends and the next begins."""
    print(f"\n===== {text}", flush=True)


def run(command: list[str], **variables: str) -> int:
    """Run a command with its own time limit; 124 when the limit was reached."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | variables
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return process.wait(timeout=SUITE_LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        return 124
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
        raise


def outcomes(report: Path) -> Iterator[tuple[str, str]]:
    """Each test of a JUnit report: passed, failed or skipped, and the reason it was skipped."""
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 -- pytest, our own process, wrote it
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            yield "failed", ""
        elif skipped is not None:
            yield "skipped", skipped.get("message") or "no reason given"
        else:
            yield "passed", ""


def run_tests(*, browser: str | None, postgresql: bool, long: bool) -> Result:
    """One suite: the browser's tests or all others, on one database."""
    database = "PostgreSQL" if postgresql else f"SQLite {sqlite3.sqlite_version}"
    title = f"Chromium {version_of(browser)} on {database}" if browser else database
    heading(title)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="entente-tests-") as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "tests", "-m", "browser" if browser else "not browser"]
        command += [
            "-n",
            str(WORKERS),
            "--dist",
            "worksteal",
            "-o",
            f"faulthandler_timeout={LONG_TEST_LIMIT if long else TEST_LIMIT}",
        ]
        command += ["--junitxml", str(report)]
        if browser:
            command += ["--screenshot", "only-on-failure", "--output", "test-results"]
        variables = {"ENTENTE_ENVIRONMENT": "development", "ENTENTE_LONG": "1" if long else ""}
        variables |= {"ENTENTE_SHARED": folder, "ENTENTE_MIGRATED": MIGRATED if postgresql else migrated(folder)}
        if browser:
            variables["CHROMIUM"] = browser
        if postgresql:  # libpq finds host, port, user and password in the variables that pg_virtualenv sets
            variables |= {"DATABASE_URL": "postgres:///postgres", "PGPORT": str(free_port())}
            command = [*THROW_AWAY_CLUSTER, "sh", "-c", INSIDE_CLUSTER, folder, *command]
        code = run(command, **variables)
        if postgresql:
            code = int(read(folder, "code") or code or 1)
            title = title.replace("PostgreSQL", f"PostgreSQL {read(folder, 'version').split(' ')[0]}".strip())
        found = list(outcomes(report)) if report.exists() else []
    result = Result(title, seconds=time.monotonic() - started)
    result.passed = sum(outcome == "passed" for outcome, _reason in found)
    result.failed = sum(outcome == "failed" for outcome, _reason in found)
    result.skipped.update(reason for outcome, reason in found if outcome == "skipped")
    if code and not result.failed:
        result.failed = 1
        result.note = {5: "no test was found", 124: "stopped: it took too long"}.get(code, f"pytest ended with {code}")
    return result


def migrated(folder: str) -> str:
    """A database on SQLite with every table and nothing in it, for the workers to copy."""
    path = Path(folder, "migrated.sqlite3")
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    run(command, ENTENTE_ENVIRONMENT="development", DATABASE_URL=f"sqlite:///{path}")
    return str(path)


def read(folder: str, name: str) -> str:
    """The text of a small file; nothing when it is not there."""
    path = Path(folder, name)
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


class Checks:
    """`make check`, going on after a check that fails, beside the first tests: it uses one core, and waits for disks."""

    def __init__(self) -> None:
        self.said = tempfile.TemporaryFile()  # noqa: SIM115  # Read when the process ends.
        command = [os.environ.get("MAKE", "make"), "--no-print-directory", "--keep-going", "check"]
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=self.said, stderr=subprocess.STDOUT, start_new_session=True
        )

    def passed(self) -> bool:
        """Waits for them, and prints what they said."""
        try:
            code = self.process.wait(timeout=SUITE_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGTERM)
            code = self.process.wait()
        heading("Checks")
        self.said.seek(0)
        print(self.said.read().decode(errors="replace"), flush=True)
        return code == 0


def main() -> int:
    """Run everything there is; the exit code says whether all of it passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="long tests too; nothing may be missing or skipped")
    everything = parser.parse_args().all
    started = time.monotonic()
    browser, no_postgresql = find_chromium(), why_no_postgresql()
    not_run = []
    if no_postgresql:
        not_run.append(f"PostgreSQL: {no_postgresql}")
    if not browser:
        not_run.append("Browser: no Chromium found (apt install chromium, or set CHROMIUM)")
    if not shutil.which("msgfmt"):
        not_run.append("Translation tools: msgfmt not found (apt install gettext)")

    checks = Checks()
    results = [run_tests(browser=None, postgresql=False, long=everything)]
    checks_passed = checks.passed()
    if not no_postgresql:
        results.append(run_tests(browser=None, postgresql=True, long=everything))
    if browser:
        results.append(run_tests(browser=browser, postgresql=False, long=everything))
        if everything and not no_postgresql:
            results.append(run_tests(browser=browser, postgresql=True, long=everything))

    heading(f"Python {sys.version.split()[0]}, {time.monotonic() - started:.0f} s in all")
    print(f"Checks: {'passed' if checks_passed else 'FAILED, see above'}")
    for result in results:
        print(result)
    for result in results:
        for reason, count in result.skipped.most_common():
            print(f"SKIPPED: {result.name}: {count} × {reason}")
    for line in not_run:
        print(f"NOT RUN: {line}")
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results) + (not checks_passed)
    skipped = sum(result.skipped.total() for result in results)
    incomplete = everything and bool(skipped or not_run)
    if incomplete:
        print("FAILED: this run may leave nothing out.")
    print(f"\n{passed} passed, {failed} failed{f', {skipped} skipped' if skipped else ''}", flush=True)
    return 1 if failed or incomplete else 0


if __name__ == "__main__":
    sys.exit(main())
