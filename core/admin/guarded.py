"""What every page of the admin keeps to: visible rows only, hidden is missing, no lookup by guessing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import Viewer
from core.admin.actions import export_to_csv
from core.admin.deletion import blockers
from core.admin.lists import is_declared
from core.exports import Column
from core.fields import ProseField
from core.forms import DayField, DayInput, RecordsField, say_what_is_empty
from core.history import entries_of
from core.models import Reference
from core.text import clean_line, is_row_number

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyOptions = admin.options.BaseModelAdmin[Any]
else:  # Not subscriptable at run time.
    AnyModelAdmin = admin.ModelAdmin
    AnyOptions = admin.options.BaseModelAdmin

LONGEST_SEARCH = 200  # characters


def scripts(*names: str) -> forms.Media:
    """Our own, run in this order when the page is read; Django's need jQuery, which weighs as much as all the rest."""
    return forms.Media(js=cast(Any, [forms.Script(f"js/{name}.js", defer=True) for name in names]))


class FoundAmongRows:
    """Django's own widget asks the database for whatever was sent, also when that is no row's number."""

    @property
    def media(self) -> forms.Media:
        """The combobox of the site, and what ties it to Django's select."""
        return scripts("entente", "admin-found")

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """The choices that were made."""
        return super().optgroups(name, [one for one in value if is_row_number(one)], attrs)  # type: ignore[misc]  # Mixed in.


class FoundOne(FoundAmongRows, AutocompleteSelect):
    """One record, found as one types."""


class FoundSeveral(FoundAmongRows, AutocompleteSelectMultiple):
    """Several records, found as one types."""


class PlainFields(AnyOptions):
    """Fields as on the pages: the browser's own date and time fields, checkboxes for short lists."""

    formfield_overrides: ClassVar[Any] = {
        models.DateField: {"form_class": DayField, "widget": DayInput},
        models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")},
        models.FileField: {"widget": forms.FileInput},  # Files are served by pages that know who may read them.
        ProseField: {"widget": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})},
    }
    opens_related: ClassVar[bool] = True
    narrowed: ClassVar[dict[str, str]] = {}  # a field found as you type, and the field beside it that narrows it down

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Beside its field a related record is added, in a page of its own also opened; it is not deleted there."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
            field.widget.can_change_related = field.widget.can_change_related and self.opens_related
        if field is not None:
            say_what_is_empty(field)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Found as you type: among what goes with the choice beside it; finding nothing, it says what to do."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", FoundOne(db_field, self.admin_site, using=kwargs.get("using")))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name in self.get_autocomplete_fields(request):
            if none := self._words_for_none(db_field.remote_field.model, request):
                field.widget.attrs["data-none"] = none
            if beside := self.narrowed.get(db_field.name):
                field.widget.attrs["data-beside"] = beside
        return field

    def _words_for_none(self, model: type[models.Model], request: HttpRequest) -> str:
        if self.admin_site.is_registered(model) and self.admin_site.get_model_admin(model).has_add_permission(request):
            return _("Nothing found. You can add it with the plus sign beside this field.")
        return _("Nothing found. An administrator adds what is missing here.") if issubclass(model, Reference) else ""

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", FoundSeveral(db_field, self.admin_site, using=kwargs.get("using")))
        is_short = issubclass(db_field.remote_field.model, Reference)
        if is_short and db_field.name not in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs.setdefault("form_class", RecordsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class GuardedAdmin(PlainFields, AnyModelAdmin):
    """The base of every admin page. A noun says its columns, filters and fields; here is what it may not forget."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    actions: Sequence[Any] = [export_to_csv]

    @property
    def media(self) -> forms.Media:
        """What a form needs beside its fields' and its rows' own: the windows in which related records are added."""
        return scripts("admin-related")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """A list needs only to count what is ticked."""
        media = forms.Media(js=["admin/js/actions.js"])
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"media": media, "title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A heading that is right in every language: Django puts the noun in the middle of a sentence."""
        noun = {"noun": self.opts.verbose_name}
        if object_id is None:
            extra_context = {"title": _("Add: %(noun)s") % noun, **(extra_context or {})}
        elif self.has_change_permission(request):
            extra_context = {"title": _("Change: %(noun)s") % noun, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_action_choices(self, request: HttpRequest, default_choices: Any = ()) -> Any:
        """What to do with the rows that are ticked, asked in words."""
        return super().get_action_choices(request, [("", _("Choose…"))])

    export_columns: ClassVar[Sequence[Column]] = ()
    noun: ClassVar[str]  # as in the list's address: follow-ups
    page: ClassVar[str] = ""  # the name of the address of the record's own page
    named_with: ClassVar[tuple[str, ...]] = ()  # relations that a row's name is made of
    narrowed_by: ClassVar[str] = ""  # the relation by which a field beside narrows what is found as one types

    # Who sees what

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows this user may read."""
        return cast(Any, super().get_queryset(request)).visible_to(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Asked of the row itself: own drafts, or what nothing refers to."""
        return bool(cast(Any, request.user).has_perm(f"{self.opts.app_label}.delete_{self.opts.model_name}", obj))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The record's page on the site."""
        if obj is None or not self.page:
            return None
        try:
            return reverse(self.page, args=[obj.pk])
        except NoReverseMatch:
            return None

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Where the record is read; who came from a filtered list goes back there."""
        return self._to_its_page(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._to_its_page(request, obj) or super().response_post_save_change(request, obj)

    def _to_its_page(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect | None:
        url = self.get_view_on_site_url(obj)
        is_read = url and not self.get_preserved_filters(request) and self.get_queryset(request).filter(pk=obj.pk)
        return HttpResponseRedirect(url) if url and is_read else None

    # Finding

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only the filters that the list shows."""
        return is_declared(lookup, self.get_list_filter(cast(HttpRequest, request)), self.date_hierarchy)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Every word is found in the folded text, accents and case aside."""
        term = clean_line(search_term)[:LONGEST_SEARCH]
        return (queryset.matching(term) if term and self.get_search_fields(request) else queryset), False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address fills in; of records only row numbers."""
        initial: dict[str, Any] = {}
        for name, value in cast(dict[str, Any], super().get_changeform_initial_data(request)).items():
            field = next((one for one in self.opts.get_fields() if one.name == name), None)
            if field is None or not field.is_relation:
                initial[name] = value
            elif isinstance(value, list):
                initial[name] = [one for one in value if is_row_number(one)]
            elif is_row_number(value):
                initial[name] = value
        return initial

    # Deleting

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[Any]]:
        """What goes, what the user may not delete, and what refers to it, as far as the user may know of that."""
        rows = list(objs)
        refused = {str(row) for row in rows if not self.has_delete_permission(request, row)}
        found = blockers(self.model, [row.pk for row in rows], request.user)
        protected: list[Any] = [self._link(row, request.user) for row in found.named]
        if found.is_blocked and not protected:
            protected = [_("Other records refer to it. Archive it instead.")]
        return [str(row) for row in rows], {str(self.opts.verbose_name_plural): len(rows)}, refused, protected

    def _link(self, row: models.Model, user: Viewer) -> str:
        kind = capfirst(str(row._meta.verbose_name))
        if not self.admin_site.is_registered(type(row)):
            return f"{kind}: {row}"
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return format_html('{}: <a href="{}">{}</a>', kind, url, row)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Row by row, all or none."""
        with transaction.atomic():
            for row in queryset:
                if not self.has_delete_permission(request, row):
                    raise PermissionDenied
                self.delete_model(request, row)

    # History

    @method_decorator(require_safe)
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what and when, from the record's own history."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not hasattr(row, "history"):
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": row},
            "subtitle": None,
            "entries": entries_of(row, request.user, parts=self._parts(request, row)),
            "module_name": capfirst(str(self.opts.verbose_name_plural)),
            "object": row,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_history.html", context)

    def _parts(self, request: HttpRequest, row: Any) -> list[type[models.Model]]:
        """The parts whose changes belong to this record's history: those entered in one page with it."""
        return [inline.model for inline in self.get_inlines(request, row)]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the record's history says who and when; a second log would keep titles that nobody can erase."""

    log_change = log_addition

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing, for the same reason."""
