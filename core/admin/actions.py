"""What can be done to the rows chosen in a list."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.actors import Writer
from core.exports import EXCEL, Reading, file_name, write_csv
from core.models import ExportRecord


@admin.action(description=gettext_lazy("Export to CSV"), permissions=["view"])
def export_to_csv(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase:
    """The chosen rows with the columns of the noun's list; written down in the record of exports."""
    reading = Reading(request.user, timezone.localdate())
    file, count = write_csv(queryset, model_admin.export_columns, EXCEL, reading)
    query = request.GET.urlencode()
    if request.POST.get("select_across") != "1":
        chosen = "&".join(f"id={pk}" for pk in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME))
        query = f"{query}&{chosen}".lstrip("&")
    ExportRecord.note(cast(Any, request.user), noun=model_admin.noun, query=query, row_count=count, format=EXCEL.name)
    return FileResponse(
        file, as_attachment=True, filename=file_name(model_admin.noun, EXCEL), content_type="text/csv; charset=utf-8"
    )


@admin.action(description=gettext_lazy("Archive selected %(verbose_name_plural)s"), permissions=["archive"])
def archive_selected(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
    """Takes the chosen records off the lists, after asking why."""
    why = request.POST.get("why", "").strip()[:300]
    rows = list(queryset.current())
    if not rows:
        model_admin.message_user(
            request, _("Nothing to archive: these records are archived already."), messages.WARNING
        )
        return None
    if "post" in request.POST and why:
        _each(model_admin, request, rows, lambda row: row.archive(why, by=cast(Writer, request.user)))
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Archive"),
        "opts": model_admin.opts,
        "rows": rows,
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "is_reason_missing": "post" in request.POST,
        "media": model_admin.media,
    }
    request.current_app = model_admin.admin_site.name
    status = 422 if context["is_reason_missing"] else 200
    return TemplateResponse(request, "admin/archive_confirmation.html", context, status=status)


@admin.action(description=gettext_lazy("Restore selected %(verbose_name_plural)s"), permissions=["archive"])
def restore_selected(model_admin: Any, request: HttpRequest, queryset: Any) -> None:
    """Puts archived records back on the lists."""
    _each(model_admin, request, list(queryset.archived()), lambda row: row.restore(by=cast(Writer, request.user)))


def _each(model_admin: Any, request: HttpRequest, rows: list[Any], act: Any) -> None:
    """All of them or none: someone may have changed one of them in the meantime."""
    try:
        with transaction.atomic():
            for row in rows:
                act(row)
    except ValidationError as error:
        model_admin.message_user(request, " ".join(error.messages), messages.ERROR)
    else:
        done = ngettext("%(count)s record changed.", "%(count)s records changed.", len(rows)) % {"count": len(rows)}
        model_admin.message_user(request, done, messages.SUCCESS)
