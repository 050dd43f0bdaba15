"""Dutch and French are complete: every text in the source has its translation, none is doubtful."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

LANGUAGES = ("nl", "fr")
COLLECT = ["makemessages", "--locale", "nl", "--locale", "fr", "--no-wrap", "--no-obsolete", "--add-location", "file"]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A copy of the source in which the texts were collected anew."""
    if not shutil.which("xgettext"):
        pytest.skip("xgettext not found (apt install gettext)")
    copy = tmp_path_factory.mktemp("source")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py", "*.html", "*.po"],
        cwd=root, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, tracked.split("\0")):
        if not name.startswith(("tests/", "bench/")) and (root / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, copy / name)
    environment = {**os.environ, "ENTENTE_ENVIRONMENT": "development", "DATABASE_URL": "sqlite:///:memory:"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run([sys.executable, "manage.py", *COLLECT], cwd=copy, env=environment, check=True, capture_output=True)
    return copy


def catalogue(folder: Path, language: str) -> polib.POFile:
    return polib.pofile(str(folder / "locale" / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_without_doubt(collected: Path, language: str) -> None:
    entries = [entry for entry in catalogue(collected, language) if not entry.obsolete]
    assert len(entries) > 500
    assert [entry.msgid for entry in entries if not entry.translated() or entry.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(root: Path, language: str) -> None:
    def placeholders(text: str) -> list[str]:
        return sorted({part.split(")")[0] for part in text.split("%(")[1:]})

    wrong = []
    for entry in catalogue(root, language):
        texts = [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values()
        wanted = placeholders(entry.msgid_plural or entry.msgid)
        wrong += [text for text in texts if not set(placeholders(text)) <= set(wanted)]
        wrong += [entry.msgid for text in texts if not entry.msgid_plural and placeholders(text) != wanted]
    assert wrong == []
