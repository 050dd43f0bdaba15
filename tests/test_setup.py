"""The project's own files keep their promises: locked, local, complete."""

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
LARGEST_FILE = 1_000_000  # bytes; what is larger was built or downloaded, not written
LOCKED = re.compile(r"(?P<name>[a-z0-9._-]+)(\[[a-z0-9,._-]+\])?==\S+( ; .+?)?", re.IGNORECASE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
DECISION = re.compile(r"(\d{4})-[a-z0-9-]+\.md")


def own_files():
    """Every file that is committed, or would be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())


def text_of(path):
    """The file's text; nothing when it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def entries(lock):
    """Each locked requirement as one line."""
    return [
        line for line in (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines() if line.strip()
    ]


def normal(name):
    """A package's name as installers compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_names(lock):
    """The names of all packages in a lock."""
    return {normal(LOCKED.match(entry)["name"]) for entry in entries(lock)}


def wanted():
    """What pyproject.toml asks for: for running, and for development."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return data["project"]["dependencies"], data["dependency-groups"]["dev"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_has_a_version_and_a_hash(lock):
    assert entries(lock)
    for entry in entries(lock):
        requirement, *hashes = re.split(r"\s+(?=--hash)", entry.strip())
        assert LOCKED.fullmatch(requirement), requirement
        assert hashes, f"{requirement} has no hash"
        assert all(HASH.fullmatch(text.strip()) for text in hashes), requirement


def test_the_locks_hold_what_pyproject_asks_for():
    running, development = ({normal(re.match(r"[\w.-]+", line)[0]) for line in lines} for lines in wanted())
    assert running <= locked_names("requirements.txt")
    assert running | development <= locked_names("requirements-dev.txt")


def test_people_run_the_versions_that_were_tested():
    tested = {entry.split()[0] for entry in entries("requirements-dev.txt")}
    assert {entry.split()[0] for entry in entries("requirements.txt")} <= tested


def test_what_installs_names_no_host():
    for path in own_files():
        if path.name in (*LOCKS, "Makefile", "pyproject.toml", ".gitignore") or path.parent.name == ".ci":
            text = text_of(path)
            hosts = set(re.findall(r"\w+://(?:[^/@\s]*@)?([\w.-]+)", text)) - {"127.0.0.1", "localhost"}
            assert not hosts, f"{path.name}: {hosts}"
            assert not re.search(r"--(extra-)?index-url[ =]|--find-links[ =]|--trusted-host", text), path.name


def test_no_lock_with_hosts_and_nothing_large_is_committed():
    names = {path.name for path in own_files()}
    assert not names & {"uv.lock", "pylock.toml"}
    assert [path.name for path in own_files() if path.stat().st_size > LARGEST_FILE] == []


def test_no_file_names_a_folder_of_one_persons_machine():
    personal = re.compile(r"(?<![\w.:/~}])/(home|root|Users)/\w")
    assert [path.name for path in own_files() if personal.search(text_of(path))] == []


def test_every_dependency_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for requirement in chain(*wanted()):
        line = next(line for line in lines if f'"{requirement}"' in line)
        assert re.search(r'", # [A-Z].{10,}\.$', line), f"{requirement}: end its line with a sentence"


def test_decisions_are_numbered_without_a_gap():
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    records = [name for name in names if name not in ("README.md", "template.md")]
    assert [name for name in records if not DECISION.fullmatch(name)] == []
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))


def test_decisions_say_their_number_date_and_status():
    for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"):
        text = text_of(path)
        assert text.startswith(f"# {path.name[:4]}: "), path.name
        assert re.search(r"^- Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE), path.name
        assert re.search(r"^- Status: \w", text, re.MULTILINE), path.name


def test_the_automatic_run_can_be_started():
    listed = subprocess.run(
        ["git", "ls-files", "--stage", ".ci/run"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert listed.stdout.startswith("100755 ")


def test_the_licence_is_whole():
    text = text_of(ROOT / "LICENSE")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert re.findall(r"^(\d+)\.\w", text, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in text


def test_help_lists_what_people_type():
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("run", "test", "test-all", "check", "format", "messages", "lock", "clean"):
        assert re.search(rf"^make {target} +\S", listed, re.MULTILINE), target


def test_the_compiled_catalogues_say_what_the_texts_say():
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        assert compiled in own_files(), f"{compiled}: run `make messages` and commit it"
        texts = {(entry.msgctxt, entry.msgid): entry for entry in polib.mofile(str(compiled))}
        for entry in polib.pofile(str(source)).translated_entries():
            found = texts.pop((entry.msgctxt, entry.msgid), None)
            assert found is not None, f"{compiled}: {entry.msgid!r} is missing; run `make messages`"
            assert (found.msgstr, found.msgstr_plural) == (entry.msgstr, entry.msgstr_plural), entry.msgid
        assert not texts, f"{compiled} says more than {source.name}; run `make messages`"
