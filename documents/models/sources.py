"""The sources of a record and its parts, each under what it supports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst

from core.access import Viewer
from documents.models.citation import Citation
from documents.models.document import Document


@dataclass(frozen=True)
class Source:
    """What is supported (empty: the record as a whole), and the citations that support it."""

    label: str
    citations: list[Citation]


def sources_of(
    record: models.Model, *parts: models.Model, user: Viewer, document_urls: Mapping[int, str] | None = None
) -> list[Source]:
    """The sources this user may read, those of the record itself first (one query).

    `document_urls` says where this reader opens a document, by its row number.
    """
    labels = {_key(one): (one, number) for number, one in enumerate((record, *parts))}
    grouped: dict[tuple[int, str], list[Citation]] = {}
    for citation in Citation.objects.all().seen_about(user, record, *parts):
        citation.document_url = (document_urls or {}).get(citation.document_id, "")  # type: ignore[attr-defined]  # For the page only.
        number = labels[citation.content_type_id, citation.object_id][1]
        grouped.setdefault((number, citation.field_name), []).append(citation)
    rows = (record, *parts)
    return [
        Source(_label(rows[number], field, is_part=number > 0), citations)
        for (number, field), citations in sorted(grouped.items(), key=lambda item: item[0][0])
    ]


@dataclass(frozen=True)
class SourceDocument:
    """A document with all it supports on one page."""

    document: Document
    url: str
    sources: list[Source]


def by_document(sources: Iterable[Source]) -> list[SourceDocument]:
    """The same sources, each document named once."""
    found: dict[int, SourceDocument] = {}
    for source in sources:
        for pk, citations in _per_document(source).items():
            first = citations[0]
            found.setdefault(pk, SourceDocument(first.document, getattr(first, "document_url", ""), []))
            found[pk].sources.append(Source(source.label, citations))
    return list(found.values())


def _per_document(source: Source) -> dict[int, list[Citation]]:
    citations: dict[int, list[Citation]] = {}
    for citation in source.citations:
        citations.setdefault(citation.document_id, []).append(citation)
    return citations


def _key(record: models.Model) -> tuple[int, int]:
    return ContentType.objects.get_for_model(record).pk, record.pk


def _label(record: models.Model, field: str, *, is_part: bool) -> str:
    words = [str(record)] if is_part else []
    if field:
        words.append(_field_label(record, field))
    return capfirst(": ".join(words)) or ""


def _field_label(record: models.Model, field: str) -> str:
    try:
        return str(getattr(record._meta.get_field(field), "verbose_name", field))
    except FieldDoesNotExist:
        return field.replace("_", " ")
