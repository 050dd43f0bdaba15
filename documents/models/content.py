"""What a file is by its content, whatever its name says. Nothing is unpacked: an archive's own list is read."""

import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_PARTS = 5_000  # of an archive; a long report with pictures has some hundreds
MOST_UNPACKED = 500 * 1024 * 1024  # bytes
MOST_TIMES = 200  # larger than packed, from a size at which that matters
MATTERS_FROM = 20 * 1024 * 1024  # bytes, unpacked
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.text"
CONTROL = frozenset(range(32)) - {9, 10, 12, 13}  # bytes that no text holds: all below the space but tabs and breaks


def check_content(file: Any) -> None:
    """Refuses a file that is not of the kind its name ends in, holds macros, or unpacks to an absurd size.

    Takes an opened upload and leaves it at its beginning. Raises ValidationError. A name of an unknown kind is
    refused elsewhere (`check_file`).
    """
    suffix = PurePath(str(file.name)).suffix.lower()
    looks_right = KINDS.get(suffix)
    if looks_right is None:
        return
    file.seek(0)
    try:
        is_right = looks_right(file)
    finally:
        file.seek(0)
    if not is_right:
        said = _("This file is not what its name says: it holds no %(kind)s.")
        raise ValidationError(said, code="file_content", params={"kind": suffix[1:].upper()})


def _begins(*signatures: bytes, within: int = 0) -> Callable[[IO[bytes]], bool]:
    """Whether a file begins with one of these, or holds one within so many bytes."""

    def looks_right(file: IO[bytes]) -> bool:
        head = file.read(within or 16)
        return any(one in head if within else head.startswith(one) for one in signatures)

    return looks_right


def _is_text(file: IO[bytes]) -> bool:
    """Text in whatever encoding: without the bytes that only programs and pictures hold."""
    return all(CONTROL.isdisjoint(piece) for piece in iter(lambda: file.read(1 << 16), b""))


def _is_word(file: IO[bytes]) -> bool:
    parts = _parts(file)
    if any(PurePath(name).name.lower() == "vbaproject.bin" for name in parts):
        raise ValidationError(_("This file holds macros. Save it without them."), code="file_macros")
    return {"[Content_Types].xml", "word/document.xml"} <= parts.keys()


def _is_open_document(file: IO[bytes]) -> bool:
    parts = _parts(file)
    kind = parts.get("mimetype")
    if kind is None or kind.file_size > len(OPEN_DOCUMENT) + 2 or "content.xml" not in parts:
        return False
    with zipfile.ZipFile(file) as archive:
        return archive.read(kind).strip() == OPEN_DOCUMENT


def _parts(file: IO[bytes]) -> dict[str, zipfile.ZipInfo]:
    """What an archive says it holds; nothing when it is none. Raises ValidationError when that is absurd."""
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return {}
    packed, unpacked = sum(one.compress_size for one in listed), sum(one.file_size for one in listed)
    is_bomb = unpacked > MATTERS_FROM and unpacked > MOST_TIMES * packed
    if len(listed) > MOST_PARTS or unpacked > MOST_UNPACKED or is_bomb:
        raise ValidationError(_("This file unpacks to an absurd size."), code="file_bomb")
    return {one.filename: one for one in listed}


KINDS: dict[str, Callable[[IO[bytes]], bool]] = {
    ".pdf": _begins(b"%PDF-", within=1024),
    ".docx": _is_word,
    ".odt": _is_open_document,
    ".txt": _is_text,
    ".jpg": _begins(b"\xff\xd8\xff"),
    ".jpeg": _begins(b"\xff\xd8\xff"),
    ".png": _begins(b"\x89PNG\r\n\x1a\n"),
    ".tif": _begins(b"II*\x00", b"MM\x00*"),
    ".tiff": _begins(b"II*\x00", b"MM\x00*"),
}
