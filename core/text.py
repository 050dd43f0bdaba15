"""Text as people type it: cleaned once on the way in, folded once for search and order."""

import re
import unicodedata
from typing import Any

# C0 controls break Word and XLSX writers; newline and tab are kept. C1 controls and the bidirectional
# controls can hide what a line says. U+FEFF is the byte order mark that travels along with pasted text.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")
_NOT_A_WORD = re.compile(r"[\W_]+")
# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
_APOSTROPHES = re.compile("['’‘ʼ´`]")


def is_row_number(value: Any) -> bool:
    """Whether a typed value can be a row's number: plain digits that both databases can hold.

    `isdigit` alone lets "²" pass, of which `int` makes nothing.
    """
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 19


def clean_text(value: str) -> str:
    """Text of several lines: NFC, one kind of line break, without control and bidirectional characters."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", value))


def clean_line(value: str) -> str:
    """Text of one line: as `clean_text`, line breaks and tabs become a space, none at the ends."""
    return clean_text(_LINE_BREAKS.sub(" ", value)).strip()


def fold(value: str) -> str:
    """What search compares: lower case, accents off, punctuation as one space ("Île-de-France" → "ile de france")."""
    value = unicodedata.normalize("NFKD", value).casefold().translate(_LETTERS)
    value = "".join(letter for letter in unicodedata.normalize("NFKD", value) if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", _APOSTROPHES.sub(" ", value)).strip()


def fold_all(*values: str) -> str:
    """Several texts folded into one search text, each on a line of its own so that no word spans two of them."""
    folded = (fold(value) for value in values if value)
    return "\n".join(dict.fromkeys(text for text in folded if text))
