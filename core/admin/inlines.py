"""Rows that are entered on the page of their whole."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.admin.deletion import Blockers, blockers
from core.admin.forms import AdminForm
from core.admin.guarded import PlainFields, scripts
from core.models import LevelledWhole, Whole

if TYPE_CHECKING:
    AnyInlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    AnyInline = admin.options.InlineModelAdmin[Any, Any]
else:  # Not subscriptable at run time.
    AnyInlineFormSet = forms.BaseInlineFormSet
    AnyInline = admin.options.InlineModelAdmin


class RecordFormSet(AnyInlineFormSet):
    """The rows of one whole. What something refers to is not removed."""

    is_table: ClassVar[bool] = True

    def add_fields(self, form: Any, index: int | None) -> None:
        """In a table the heading names the column; each field says it too, for who does not see the heading."""
        super().add_fields(form, index)
        if self.is_table:
            for field in form.fields.values():
                if not field.widget.is_hidden:
                    getattr(field.widget, "widget", field.widget).attrs["aria-label"] = field.label

    def clean(self) -> None:
        """Names what refers to a row to be removed, as far as the user may know of it. Raises ValidationError."""
        super().clean()
        going = [form.instance for form in self.deleted_forms if form.instance.pk]
        for row in going:
            found = blockers(type(row), [row.pk], self.form.viewer)
            if found.is_blocked:
                raise ValidationError(_refusal(row, found), code="referred_to")


class RecordInline(PlainFields, AnyInline):
    """Rows of a whole, as a table. Rows that point at a hidden record are as if absent."""

    template = "admin/edit_inline/tabular.html"
    form = AdminForm
    formset = RecordFormSet
    extra = 0
    opens_related = False
    note: ClassVar[str | Promise] = ""  # what to know about filling it in

    @property
    def media(self) -> forms.Media:
        """What adds and removes rows."""
        return scripts("admin-rows")

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
        formset.is_table = self.template.endswith("tabular.html")
        formset.form.viewer = request.user
        formset.form.hand_clean_DELETE = _leave_it_to_the_formset
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


def _leave_it_to_the_formset(form: Any) -> None:
    """Django's own check names every record that refers to the row, also those that are hidden."""


def _refusal(row: models.Model, found: Blockers) -> str:
    if not found.named:
        return _("“%(row)s” cannot be removed: other records refer to it.") % {"row": row}
    named = ", ".join(str(one) for one in found.named)
    return _("“%(row)s” cannot be removed; these refer to it: %(named)s.") % {"row": row, "named": named}
