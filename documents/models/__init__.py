"""Documents and citations."""

from documents.models.citation import Certainty, Citation
from documents.models.document import Document, DocumentKind, DocumentLink

__all__ = ["Certainty", "Citation", "Document", "DocumentKind", "DocumentLink"]
