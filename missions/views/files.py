"""Files of missions and meetings, for who may read both the record and the document."""

from typing import Any

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.files import attachment
from missions.models import MeetingDocument, MissionDocument


@require_safe
def mission_file(request: HttpRequest, pk: int, document: int) -> FileResponse:
    """A document of a mission; 404 when either is hidden or they do not belong together."""
    return _file(MissionDocument.objects.filter(mission__pk=pk), request, document)


@require_safe
def meeting_file(request: HttpRequest, pk: int, document: int) -> FileResponse:
    """A document of a meeting; 404 when either is hidden or they do not belong together."""
    return _file(MeetingDocument.objects.filter(meeting__pk=pk), request, document)


def _file(links: Any, request: HttpRequest, document: int) -> FileResponse:
    link = get_object_or_404(links.visible_to(request.user).select_related("document"), document__pk=document)
    return attachment(link.document.file, name=f"document-{document}", kind_from=link.document.file_name)
