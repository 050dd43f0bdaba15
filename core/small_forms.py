"""Small forms about one record: what they compare, and the page of their own that each has."""

from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views import View

from core.actors import Writer
from core.merging import Merge, since
from core.models import StaleVersion


class VersionedForm(forms.Form):
    """Something small that is written to one record. `version` is what the user had before their eyes."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def read(self, record: Any) -> Any:
        """The record as the user read it, so that its save notices who was first."""
        record.version = self.cleaned_data.get("version") or record.version
        return record

    def again(self, stored: Any) -> "VersionedForm":
        """The form as it was sent, with the version that is stored: sending it once more is the user's decision."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("version")] = str(stored.version)
        form = self.anew(data, stored)
        form.errors.clear()
        return form

    def anew(self, data: QueryDict, stored: Any) -> "VersionedForm":
        """This form about the stored record, with these values."""
        return type(self)(data)


class SmallForm(View):
    """A small form about one record: as a page of its own, and sent from another page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form."""
        return self.page(request, self.find(request, pk), None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Does it, or shows the form again with what is wrong and the user's own text."""
        record = self.find(request, pk)
        form = self.form(request, record)
        if form.is_valid():
            try:
                with transaction.atomic():
                    self.store(request, record, form)
            except StaleVersion:
                stored = self.find(request, pk)
                merge = since(stored, form.cleaned_data.get("version"), request.user)
                return self.page(request, stored, form.again(stored), merge)
            except ValidationError as error:
                _tell(form, error)
                record = self.find(request, pk)
            else:
                messages.success(request, self.done(record))
                return HttpResponseRedirect(self.next(request, record))
        return self.page(request, record, form)

    def store(self, request: HttpRequest, record: Any, form: Any) -> None:
        """Does it, signed by the user. Raises ValidationError, StaleVersion."""
        form.store(record, by=cast(Writer, request.user))

    def find(self, request: HttpRequest, pk: int) -> Any:
        """The record, for who may write."""
        raise NotImplementedError(f"{type(self).__name__} says what it is about.")  # Every subclass does.

    def form(self, request: HttpRequest, record: Any) -> Any:
        """The form as it was sent."""
        raise NotImplementedError(f"{type(self).__name__} says what it asks.")  # Every subclass does.

    def page(self, request: HttpRequest, record: Any, form: Any, merge: Merge | None = None) -> HttpResponse:
        """The page with the form; 422 when it was refused, 409 when somebody else was first."""
        raise NotImplementedError(f"{type(self).__name__} has a page.")  # Every subclass does.

    def done(self, record: Any) -> str:
        """What was done, in words."""
        raise NotImplementedError(f"{type(self).__name__} says what it did.")  # Every subclass does.

    def next(self, request: HttpRequest, record: Any) -> str:
        """Where the user goes from here."""
        raise NotImplementedError(f"{type(self).__name__} leads on.")  # Every subclass does.


def _tell(form: VersionedForm, error: ValidationError) -> None:
    """Beside the field where there is one, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def status_of(form: VersionedForm | None, merge: Merge | None) -> int:
    """Of the page that shows a form: 409 when somebody else was first, 422 when it was refused."""
    if merge is not None:
        return HTTPStatus.CONFLICT
    return 422 if form else 200
