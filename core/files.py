"""Files on their way out: always as an attachment, under a name that says nothing and runs nothing."""

from pathlib import PurePath

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

SAFE_KINDS = frozenset({".pdf", ".docx", ".odt", ".txt", ".jpg", ".jpeg", ".png", ".tif", ".tiff"})


def attachment(file: FieldFile, *, name: str, kind_from: str) -> FileResponse:
    """The file to keep, not to open in the page. `name` is neutral ("document-12"); `kind_from` lends its suffix.

    Raises Http404 when there is no file.
    """
    if not file:
        raise Http404
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    suffix = PurePath(kind_from).suffix.lower()
    response = FileResponse(opened, as_attachment=True, filename=f"{name}{suffix if suffix in SAFE_KINDS else ''}")
    response["X-Content-Type-Options"] = "nosniff"
    return response
