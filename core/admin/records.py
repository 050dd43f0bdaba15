"""Admin pages of what has a history: parts, reference data, wholes, and wholes with an access level."""

import datetime
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import AccessLevel
from core.actors import Writer
from core.admin.actions import archive_selected, export_to_csv, restore_selected
from core.admin.forms import AdminForm, LevelledAdminForm
from core.admin.guarded import GuardedAdmin
from core.admin.inlines import with_version, without_version
from core.admin.lists import ArchivedFilter
from core.admin.merging import AdminMerge
from core.exports import Column
from core.merging import lock
from core.models import Part, StaleVersion, Whole


class RecordAdmin(GuardedAdmin):
    """Every write says who."""

    form: Any = AdminForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tells the form who asks. The class is made anew for each request."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.viewer, form.is_merging = request.user, getattr(request, "is_merging", False)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save(by=cast(Writer, request.user), why=form.cleaned_data.get("level_reason", ""))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        rows = formset.save(commit=False)
        by = cast(Writer, request.user)
        for row in formset.deleted_objects:
            row.delete(by=by)
        for row in rows:
            if isinstance(row, Whole) and row.pk:
                # Storing the whole above may have raised this row's level; the form holds the row's lock since then.
                row.version = type(row)._base_manager.values_list("version", flat=True).get(pk=row.pk)
            row.save(by=by)
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.delete(by=cast(Writer, request.user))

    # Two people at once

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Who saves what somebody else saved meanwhile gets both texts put together (409), and nothing is stored."""
        if request.method != "POST" or object_id is None or "_saveasnew" in request.POST:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            stored = self._locked(request, unquote(object_id))
            if stored is None:
                return super().changeform_view(request, object_id, form_url, extra_context)
            sent = AdminMerge(self, request, stored)
            if not sent.is_needed:
                cast(Any, request).POST = sent.taken()
                return super().changeform_view(request, object_id, form_url, extra_context)
            merge = sent.merge()
            cast(Any, request).POST, cast(Any, request).is_merging = sent.data, True
            context = {**(extra_context or {}), "merge": merge, "errors": None}
            response = super().changeform_view(request, object_id, form_url, context)
            response.status_code = HTTPStatus.CONFLICT
            return response

    def _locked(self, request: HttpRequest, object_id: str) -> Any:
        """The record when it has versions and this user may change it."""
        if not issubclass(self.model, Whole | Part):
            return None
        row = self.get_object(request, object_id)
        if row is None or not self.has_change_permission(request, row):
            return None
        whole = row.whole if isinstance(row, Part) else row
        lock(type(whole), whole.pk)
        return self.get_object(request, object_id)  # As it is now that nobody else writes it.

    def merge_notes(self, request: HttpRequest, row: Any, since: datetime.datetime | None) -> Iterable[str]:
        """What else happened since then that this page does not hold."""
        return ()


class PartForm(AdminForm):
    """A part on a page of its own: the version is that of its whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.whole.version

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError when the merge is only shown."""
        cleaned = super().clean()
        if self.is_merging:
            self.add_error(None, StaleVersion(self.instance.whole))
        return cleaned


class PartAdmin(RecordAdmin):
    """A part that is also found on its own. Its whole notices: it gets a new version, and who and when."""

    form: Any = PartForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the version of its whole."""
        fieldsets = super().get_fieldsets(request, obj)
        return with_version(fieldsets) if obj else fieldsets

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The whole first, so that the history of the part comes after it."""
        with transaction.atomic():
            pks = {getattr(obj, f"{obj.part_of}_id")}
            if change:
                pks |= {*type(obj)._base_manager.filter(pk=obj.pk).values_list(f"{obj.part_of}_id", flat=True)}
            _notice(obj, pks, cast(Writer, request.user))
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            _notice(obj, {getattr(obj, f"{obj.part_of}_id")}, cast(Writer, request.user))
            super().delete_model(request, obj)


def _notice(part: Part, pks: set[int], by: Writer) -> None:
    """A new version of the wholes in which a part is written."""
    for pk in sorted(pks):
        lock(part.whole_model(), pk).save(by=by, update_fields=set())


class ReferenceAdmin(RecordAdmin):
    """Reference data: staff look, administrators change."""

    list_display: Any = ("__str__", "name_nl", "name_fr", "name_en", "is_active")
    list_filter: ClassVar[Any] = ("is_active",)
    search_fields = ("search_text",)
    ordering = ("sort_key", "pk")
    fieldsets: ClassVar[Any] = ((None, {"fields": ("name_nl", "name_fr", "name_en", "is_active")}),)
    export_columns: ClassVar[Sequence[Column]] = (
        Column("id", gettext_lazy("number"), "pk"),
        Column("name_nl", gettext_lazy("name in Dutch"), "name_nl"),
        Column("name_fr", gettext_lazy("name in French"), "name_fr"),
        Column("name_en", gettext_lazy("name in English"), "name_en"),
        Column("in_use", gettext_lazy("in use"), "is_active"),
    )


class WholeAdmin(RecordAdmin):
    """A record that stands on its own: who and when, archive, version."""

    search_fields = ("search_text",)
    actions: Sequence[Any] = [export_to_csv, archive_selected, restore_selected]
    written: ClassVar[tuple[str, ...]] = ("made", "changed", "put_away")

    def has_archive_permission(self, request: HttpRequest) -> bool:
        """Asked by the actions; answered by the table of rights."""
        return bool(getattr(request.user, "may_archive", False))

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (ArchivedFilter, *super().get_list_filter(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The noun's own, and for a stored record who wrote it when."""
        fieldsets = with_version(super().get_fieldsets(request, obj))
        return [*fieldsets, (gettext_lazy("Record"), {"fields": self.written})] if obj else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *self.written)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return without_version(super().get_exclude(request, obj))

    @admin.display(description=gettext_lazy("created"))
    def made(self, row: Any) -> str:
        """When and by whom it was made."""
        return _when_and_who(row.created_at, row.created_by)

    @admin.display(description=gettext_lazy("last changed"))
    def changed(self, row: Any) -> str:
        """When and by whom it was last changed."""
        return _when_and_who(row.updated_at, row.updated_by)

    @admin.display(description=gettext_lazy("archived"))
    def put_away(self, row: Any) -> str:
        """When, by whom and why it was archived."""
        if not row.is_archived:
            return _("no")
        return f"{_when_and_who(row.archived_at, row.archived_by)}: {row.archived_why}"


class LevelledAdmin(WholeAdmin):
    """A whole that only some may read."""

    form: Any = LevelledAdminForm
    autocomplete_fields: ClassVar[Any] = ("named",)

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), "level")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may read it stands after what it says."""
        fieldsets = super().get_fieldsets(request, obj)
        access = ("level", "level_reason", "named") if obj else ("level", "named")
        where = len(fieldsets) - 1 if obj else len(fieldsets)
        return [*fieldsets[:where], (gettext_lazy("Who may read it"), {"fields": access}), *fieldsets[where:]]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Says so when the record it belongs to keeps the level higher than was asked."""
        super().save_model(request, obj, form, change)
        asked = form.cleaned_data.get("level")
        if asked is not None and obj.level > asked:
            kept = _("The access level is “%(level)s”, that of the record this belongs to.")
            self.message_user(request, kept % {"level": AccessLevel(obj.level).label}, messages.WARNING)


def _when_and_who(at: Any, by: Any) -> str:
    moment = formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return _("%(when)s by %(who)s") % {"when": moment, "who": by or "Entente"}
