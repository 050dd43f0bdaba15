"""Rows that are entered on the page of their whole."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.access import Viewer
from core.admin.deletion import blockers
from core.admin.forms import AdminForm
from core.admin.guarded import PlainFields
from core.models import LevelledWhole, Whole

if TYPE_CHECKING:
    RecordFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    AnyInline = admin.options.InlineModelAdmin[Any, Any]
else:  # Not subscriptable at run time.
    RecordFormSet = forms.BaseInlineFormSet
    AnyInline = admin.options.InlineModelAdmin


class RecordInline(PlainFields, AnyInline):
    """Rows of a whole, as a table. Rows that point at a hidden record are as if absent."""

    template = "admin/edit_inline/tabular.html"
    form = AdminForm
    extra = 0
    viewer: ClassVar[Viewer]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        rows = rows.visible_to(request.user)
        for field in self.opts.fields:
            target = field.related_model
            is_sideways = (
                isinstance(target, type) and issubclass(target, LevelledWhole) and target is not self.parent_model
            )
            if is_sideways and not field.null:
                seen = target._default_manager.all().visible_to(request.user)  # type: ignore[union-attr]  # Seen on the line above.
                rows = rows.filter(**{f"{field.name}__in": seen.values("pk")})
        return rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the version of rows that are wholes themselves."""
        fieldsets = super().get_fieldsets(request, obj)
        return with_version(fieldsets) if issubclass(self.model, Whole) else fieldsets

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return without_version(super().get_exclude(request, obj))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tells the forms who asks. The class is made anew for each request."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.viewer = request.user
        formset.form.hand_clean_DELETE = _refuse_what_is_referred_to
        return formset


class StackedRecordInline(RecordInline):
    """Rows with so many fields that each takes a block of its own."""

    template = "admin/edit_inline/stacked.html"


def with_version(fieldsets: Any) -> list[Any]:
    """The fieldsets with the hidden version in the first of them."""
    (title, options), *others = fieldsets
    return [(title, {**options, "fields": (*options["fields"], "version")}), *others]


def without_version(excluded: Any) -> tuple[str, ...]:
    """The model's own column stays out of the form; the form has a field for what was read."""
    return (*(excluded or ()), "version")


def _refuse_what_is_referred_to(form: Any) -> None:
    """Names what refers to the row as far as the user may know of it."""
    row: models.Model = form.instance
    if not form.cleaned_data.get(DELETION_FIELD_NAME) or row._state.adding:
        return
    found = blockers(type(row), [row.pk], form.user)
    if found.is_blocked:
        named = ", ".join(str(one) for one in found.named)
        text = (
            _("This cannot be removed: %(named)s refers to it.")
            if named
            else _("This cannot be removed: other records refer to it.")
        )
        form.add_error(None, ValidationError(text % {"named": named} if named else text, code="referred_to"))
