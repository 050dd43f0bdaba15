"""Putting a text on file, and a newer version of one, from the page of an agreement, a mission or a meeting."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from accounts.rights import Right, require
from core.models import LevelledWhole, Submission
from core.views import find
from documents.actions import file_kept_with
from documents.models import Document, DocumentLink
from missions.document_forms import DocumentForm

SAID_OF_SHA256 = 12  # characters


class NewDocument(View):
    """A document of one record. `link` says of which kind; `?replaces=` names the version it takes the place of."""

    link: Any = DocumentLink  # Given in the addresses.

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The empty form, or with what the earlier version says."""
        return self._page(request, self._form(request, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stores it, once however often it is sent; or shows the form again with what is wrong (422)."""
        form = self._form(request, pk)
        if form.is_valid():
            try:
                return HttpResponseRedirect(self._stored(request, form))
            except ValidationError as error:
                form.add_error(None, error)
        elif Submission.is_answered(request.POST.get("submission", ""), request.user):
            return HttpResponseRedirect(self._back(form.record))  # What it takes the place of is replaced: by itself.
        return self._page(request, form, status=422)

    def _form(self, request: HttpRequest, pk: int) -> DocumentForm:
        """The form, as it was sent or not yet; 404 and 403 for who may not."""
        record = find(self.link.whole_model()._default_manager.all(), request.user, pk)
        require(request.user, Right.WRITE)
        link = self.link(**{self.link.part_of: record})
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        return DocumentForm(*sent, link=link, asked=request.GET.get("replaces", ""), user=request.user)

    def _stored(self, request: HttpRequest, form: DocumentForm) -> str:
        """Where to go next. Raises ValidationError, and leaves neither a row nor a file."""
        with file_kept_with(form.instance):
            submission = Submission.take(request.POST.get("submission", ""), request.user)
            if not submission.is_repeated:
                messages.success(request, said_back(form.attach()))
                submission.answered_with(self._back(form.record))
        return submission.answer

    def _back(self, record: LevelledWhole) -> str:
        return f"{reverse(self.link.part_of, args=[record.pk])}#documents"

    def _page(self, request: HttpRequest, form: DocumentForm, status: int = 200) -> HttpResponse:
        noun, record = self.link.part_of, form.record
        context = {
            "form": form,
            "record": record,
            "record_url": reverse(noun, args=[record.pk]),
            "list_url": reverse(f"{noun}s"),
            "list_name": capfirst(str(record._meta.verbose_name_plural)),
            "is_new_version": bool(form["replaces"].value()) if "replaces" in form.fields else False,
            "must_choose_again": status == 422 and "file" not in form.errors,
            "submission": request.POST.get("submission") or Submission.new_token(),
        }
        return render(request, "documents/document_form.html", context, status=status)


def said_back(document: Document) -> str:
    """What came in, so that one can compare it with what one has."""
    file = cast(Any, document.file)
    return _("“%(name)s” is on file: %(size)s, SHA-256 %(sha256)s…") % {
        "name": document.file_name,
        "size": filesizeformat(file.size),
        "sha256": document.sha256[:SAID_OF_SHA256],
    }
