"""A place in a document, in the language of the reader when it is written in the usual words."""

import re

from django.utils.translation import gettext_lazy as _

USUAL_WORDS = {
    "letterhead": _("letterhead"),
    "heading": _("heading"),
    "subject line": _("subject line"),
    "paragraph": _("paragraph"),
    "sentence": _("sentence"),
    "line": _("line"),
    "signature": _("signature"),
}
PART = re.compile(r"(?P<word>[a-z ]+?)(?P<number> \d+)?")


def in_reader_words(locator: str) -> str:
    """`paragraph 5, sentence 2` as the reader calls it; anything else as it was typed."""
    return ", ".join(_in_words(part) for part in locator.split(", "))


def _in_words(part: str) -> str:
    found = PART.fullmatch(part)
    word = USUAL_WORDS.get(found["word"]) if found else None
    return f"{word}{found['number'] or ''}" if found and word else part
