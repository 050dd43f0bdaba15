"""Putting a text on file: the document, its place on a record and the file itself, all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents.models import Document, DocumentLink
from documents.models.versions import latest_of


@contextmanager
def file_kept_with(document: Document) -> Iterator[None]:
    """A transaction in which a document is stored. When it fails, the file that was written in it goes too."""
    file = cast(Any, document.file)
    is_new = bool(file) and not file._committed  # Django knows a new upload only so.
    try:
        with transaction.atomic():
            yield
    except BaseException:
        if is_new and file._committed:
            file.storage.delete(file.name)
        raise


def attach(*, document: Document, link: DocumentLink, by: User) -> DocumentLink:
    """Stores a new document and attaches it: `link` names the record, and the role of the document there.

    Raises ValidationError when what it takes the place of is not, or no longer, the latest version that `by` sees
    there.
    """
    with file_kept_with(document):
        if document.replaces is not None:
            _check_is_latest(document.replaces, link, by)
        document.save(by=by)
        link.document = document
        link.save(by=by)
    return link


def _check_is_latest(earlier: Document, link: DocumentLink, by: User) -> None:
    """One hand at a time: who comes second is told, and looks at the newer version first."""
    Document._base_manager.select_for_update().get(pk=earlier.pk)
    attached: Any = type(link).objects.filter(**{link.part_of: link.whole})
    seen = attached.visible_to(by).select_related("document")
    if earlier not in [one.document for one in latest_of(seen)]:
        said = _("Somebody put a newer version of it on file meanwhile; look at that one first.")
        raise ValidationError({"replaces": ValidationError(said, code="replaced")})
