"""The public register of agreements: a page to choose its columns, and the files themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rights import Right, require
from agreements.models import Agreement
from agreements.models.agreement import UNSIGNED
from agreements.register import REGISTER
from core.access import AccessLevel, Viewer
from core.data_dictionary import DescribedColumn, chosen, dictionary_csv, entry
from core.exports import PLAIN, Reading, cell, dated_name, values, write_csv, write_json
from core.models import ExportRecord

NOUN = "agreements-register"
PREVIEW = 5  # rows


@dataclass(frozen=True)
class Asked:
    """The columns that an address asks for; none when it is not understood, and why not."""

    columns: Sequence[DescribedColumn]
    problems: list[str]

    @property
    def query(self) -> str:
        """The query string that asks for exactly these columns."""
        return urlencode([("column", column.key) for column in self.columns])


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What the register holds and leaves out, its columns to choose from with their meaning, and its first rows."""
    require(request.user, Right.EXPORT)
    asked, reading = asked_by(request), reading_of(request)
    rows = on_register(reading.user)
    context = {
        "asked": asked,
        "offered": offered(asked.columns),
        "counts": counts(reading.user),
        "preview": [[cell(value, PLAIN) for value in row] for row in values(rows[:PREVIEW], asked.columns, reading)]
        if asked.columns
        else [],
        "today": reading.today,
    }
    return render(request, "agreements/register.html", context)


@require_safe
def register_csv(request: HttpRequest) -> HttpResponseBase:
    """The register for a spreadsheet or a program: UTF-8, commas, stable keys, ISO dates."""
    require(request.user, Right.EXPORT)
    asked, reading = asked_by(request), reading_of(request)
    if asked.problems:
        return refused(asked)
    file, count = write_csv(on_register(reading.user), asked.columns, PLAIN, reading)
    note(reading.user, asked, count, "csv")
    return FileResponse(
        file, as_attachment=True, filename=dated_name(NOUN, "csv"), content_type="text/csv; charset=utf-8"
    )


@require_safe
def register_json(request: HttpRequest) -> HttpResponseBase:
    """The register with its data dictionary in one file."""
    require(request.user, Right.EXPORT)
    asked, reading = asked_by(request), reading_of(request)
    if asked.problems:
        return refused(asked)
    head = {
        "title": _("Register of agreements"),
        "generated_at": timezone.localtime().isoformat(timespec="seconds"),
        "language": get_language(),
        "columns": [entry(column).for_program() for column in asked.columns],
    }
    file, count = write_json(on_register(reading.user), asked.columns, head, reading)
    note(reading.user, asked, count, "json")
    return FileResponse(file, as_attachment=True, filename=dated_name(NOUN, "json"), content_type="application/json")


@require_safe
def register_dictionary(request: HttpRequest) -> HttpResponse:
    """What the columns mean, as a file; it holds no agreements."""
    require(request.user, Right.EXPORT)
    asked = asked_by(request)
    if asked.problems:
        return refused(asked)
    response = HttpResponse(dictionary_csv(asked.columns, PLAIN), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{dated_name(f"{NOUN}-dictionary", "csv")}"'
    return response


def on_register(user: Viewer) -> Any:
    """The rows, in the order of their titles."""
    return Agreement.objects.all().visible_to(user).on_register().in_order()


def asked_by(request: HttpRequest) -> Asked:
    """The columns in the address, the usual ones without; a word that is not understood gives none."""
    problems = [
        _("“%(name)s” is not understood here.") % {"name": name[:60]} for name in request.GET if name != "column"
    ]
    try:
        columns = chosen(REGISTER, filter(None, request.GET.getlist("column")))
    except KeyError as missing:
        problems.append(_("“%(name)s” is not a column of this register.") % {"name": str(missing.args[0])[:60]})
    return Asked([], problems) if problems else Asked(columns, [])


def refused(asked: Asked) -> HttpResponse:
    """400, in words."""
    return HttpResponse("\n".join(asked.problems) + "\n", status=400, content_type="text/plain; charset=utf-8")


def reading_of(request: HttpRequest) -> Reading:
    """Who reads, today."""
    return Reading(request.user, timezone.localdate())


def note(user: Viewer, asked: Asked, count: int, form: str) -> None:
    """Who took the register away, with which columns."""
    ExportRecord.note(cast(Any, user), noun=NOUN, query=asked.query, row_count=count, format=form)


def offered(columns: Sequence[DescribedColumn]) -> list[dict[str, Any]]:
    """Every column with its meaning and whether it is asked for; one that another brings along is not offered apart."""
    brought = {column.brings for column in REGISTER}
    keys = {column.key for column in columns}
    return [
        {"entry": entry(column), "is_asked": column.key in keys, "brings": column.brings}
        for column in REGISTER
        if column.key not in brought
    ]


def counts(user: Viewer) -> dict[str, int]:
    """How many of the texts this user may read are on the register, and how many are not, by the first reason why."""
    rows = Agreement.objects.all().visible_to(user).order_by()
    public, in_use = Q(level=AccessLevel.PUBLIC), Q(archived_at__isnull=True)
    concluded = ~Q(status__in=UNSIGNED)
    return rows.aggregate(
        on_register=Count("pk", filter=public & in_use & concluded),
        not_public=Count("pk", filter=~public),
        archived=Count("pk", filter=public & ~in_use),
        not_concluded=Count("pk", filter=public & in_use & ~concluded),
    )
