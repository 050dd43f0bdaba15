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
from core.merging import lock, version_in
from core.models import ExportRecord

MOST_NAMED = 20


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
        shown = {row.pk: version_in(request.POST, f"version-{row.pk}") for row in rows}
        _each(model_admin, request, rows, lambda row: row.archive(why, by=cast(Writer, request.user)), shown)
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Archive"),
        "opts": model_admin.opts,
        "rows": [(row, _version_shown(request, row)) for row in rows],
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


def _version_shown(request: HttpRequest, row: Any) -> int:
    """The version that the confirmation showed first; asked once more for a reason, that of before."""
    return version_in(request.POST, f"version-{row.pk}") or cast(int, row.version)


def _each(
    model_admin: Any, request: HttpRequest, rows: list[Any], act: Any, shown: dict[int, int | None] | None = None
) -> None:
    """Each row that nobody changed since its version was shown; the others are left alone, and named."""
    skipped: list[str] = []
    try:
        with transaction.atomic():
            for row in rows:
                stored = lock(type(row), row.pk)
                if stored is None or stored.version != (row.version if shown is None else shown.get(row.pk)):
                    skipped.append(str(row))
                else:
                    row.version = stored.version
                    act(row)
    except ValidationError as error:
        model_admin.message_user(request, " ".join(error.messages), messages.ERROR)
        return
    if count := len(rows) - len(skipped):
        done = ngettext("%(count)s record changed.", "%(count)s records changed.", count) % {"count": count}
        model_admin.message_user(request, done, messages.SUCCESS)
    if skipped:
        words = ngettext(
            "%(count)s record was changed by somebody else meanwhile and left alone: %(named)s.",
            "%(count)s records were changed by somebody else meanwhile and left alone: %(named)s.",
            len(skipped),
        )
        named = ", ".join(f"“{one}”" for one in skipped[:MOST_NAMED]) + ("…" if len(skipped) > MOST_NAMED else "")
        model_admin.message_user(request, words % {"count": len(skipped), "named": named}, messages.WARNING)
