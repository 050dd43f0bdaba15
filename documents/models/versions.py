"""The versions of the documents on one record, as far as one reader sees them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from documents.models.document import DocumentLink

Link = TypeVar("Link", bound=DocumentLink)


def latest_of(links: Iterable[Link]) -> list[Link]:
    """The links whose document none of the others takes the place of, each with its `earlier` ones, the latest first.

    Takes all links of the record that the reader may see, with their documents. What is hidden neither shows nor makes
    another document look replaced: it is not among them.
    """
    by_document = {link.document_id: link for link in links}
    replaced = {link.document.replaces_id for link in by_document.values()}
    latest, placed = [], set[int]()
    ends_first = sorted(by_document.values(), key=lambda link: link.document_id in replaced)
    for link in ends_first:
        if link.document_id not in placed:  # One that is replaced is only met here when two hands wrote a circle.
            earlier = list(_earlier(link, by_document))
            link.earlier = [*earlier]
            placed |= {link.document_id, *(one.document_id for one in earlier)}
            latest.append(link)
    return latest


def _earlier(link: Link, by_document: Mapping[int, Link]) -> Iterator[Link]:
    seen = {link.document_id}
    before = by_document.get(link.document.replaces_id or 0)
    while before is not None and before.document_id not in seen:
        yield before
        seen.add(before.document_id)
        before = by_document.get(before.document.replaces_id or 0)
