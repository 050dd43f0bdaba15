"""Files of agreements, for who may read both the agreement and the document."""

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agreements.models import AgreementDocument
from core.files import attachment


@require_safe
def agreement_file(request: HttpRequest, pk: int, document: int) -> FileResponse:
    """A document of an agreement; 404 when either is hidden or they do not belong together."""
    links = AgreementDocument.objects.filter(agreement__pk=pk).visible_to(request.user).select_related("document")
    link = get_object_or_404(links, document__pk=document)
    return attachment(link.document.file, name=f"document-{document}", kind_from=link.document.file_name)
