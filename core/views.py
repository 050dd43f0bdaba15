"""Lists in three renderings, found-as-you-type, health, and what is shown when something is refused."""

import functools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.db import Error, connection, models
from django.db.migrations.executor import MigrationExecutor
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.access import Viewer
from core.exports import EXCEL, FORMATS, Column, Reading, file_name, write_csv
from core.filters import Filters
from core.forms import day_in_full
from core.logs import request_id
from core.models import ExportRecord
from core.models.draft import NEVER_KEPT
from core.typed_days import NotADay, read_day

ROWS_PER_PAGE = 50
LONGEST_FILTER = 2000  # characters of a query string that is remembered
MOST_OPTIONS = 12


@dataclass(frozen=True)
class LastFilter:
    """A query string, and what it asks in words."""

    query: str
    words: list[str]


class PageAndAfter(HttpResponse):
    """A page, and what is done once it was sent, so that nobody waits for it."""

    def __init__(self, *args: Any, afterwards: Callable[[], None], **kwargs: Any) -> None:
        self._afterwards = afterwards
        super().__init__(*args, **kwargs)

    def close(self) -> None:
        """Called when the page was sent; the connection to the database closes after this."""
        try:
            self._afterwards()
        except Error:  # The page was answered well; a filter that is not remembered is no failure of it.
            logging.getLogger(__name__).warning("What follows a page was not stored.", exc_info=True)
        super().close()


class FilteredListView(View):
    """One visible, filtered queryset; page, fragment and CSV are its three renderings.

    A noun's list names its model, filters, columns and templates, and may say in `for_page` what its rows need.
    """

    http_method_names = ["get", "head", "options"]
    rendering = "page"
    by_noun: ClassVar[dict[str, type["FilteredListView"]]] = {}  # Every list there is.

    model: ClassVar[type[models.Model]]
    noun: ClassVar[str]  # as in the address: follow-ups
    filters: ClassVar[type[Filters]]
    columns: ClassVar[Sequence[Column]]
    page_template: ClassVar[str]
    table_template: ClassVar[str]
    remembers: ClassVar[bool] = True  # the last filter of each reader, to offer it again

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        FilteredListView.by_noun[cls.noun] = cls

    def may_open(self, user: Viewer) -> bool:
        """Whether this list is there for this user."""
        return True

    def may_export(self, user: Viewer) -> bool:
        """Whether this user may take rows away. Answered by the table of rights."""
        return bool(getattr(user, "may_export", False))

    def in_own_order(self, rows: Any) -> Any:
        """The order of the list when none is asked for."""
        return rows.in_order()

    def for_page(self, rows: Any) -> Any:
        """Joins and prefetches that a page of rows needs."""
        return rows

    def shown(self, rows: Any) -> Any:
        """The rows of a page, as its table reads them."""
        return rows

    def file_noun(self) -> str:
        """What the name of the exported file begins with."""
        return self.noun

    def rows_per_page(self) -> int:
        """How many rows one page shows."""
        return ROWS_PER_PAGE

    def extra_context(self) -> dict[str, Any]:
        """What a noun's page shows besides its rows."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page, its table alone (htmx) or the CSV."""
        if any(not value for name in request.GET for value in request.GET.getlist(name)):
            return HttpResponseRedirect(f"{request.path}?{_without_blanks(request)}")
        self.asked = self.asked_by(request.GET, request.user)
        if self.rendering == "csv":
            return self._csv(request)
        is_fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
        context = self._context(request)
        if is_fragment or not self.remembers:
            return render(request, self.table_template if is_fragment else self.page_template, context)
        context["last_filter"] = self._last_filter(request)
        page = render_to_string(self.page_template, context, request)
        return PageAndAfter(page, afterwards=functools.partial(self._remember, request))

    def _last_filter(self, request: HttpRequest) -> "LastFilter | None":
        """What this reader asked of this list last, where nothing is asked now and it is still understood."""
        query = cast(Any, request.user).last_filters.get(self.noun, "")
        if request.GET or not query:
            return None
        asked = self.asked_by(QueryDict(query), request.user)
        asked.share_lists_of(self.asked)
        return None if asked.problems else LastFilter(query, [chip.label for chip in asked.chips])

    def _remember(self, request: HttpRequest) -> None:
        """Keeps what was asked; an order or a page is no filter."""
        query = request.GET.copy()
        query.pop("page", None)
        if request.method == "GET" and self.asked.chips and len(query.urlencode()) <= LONGEST_FILTER:
            cast(Any, request.user).remember_filter(self.noun, query.urlencode())

    def asked_by(self, query: QueryDict, user: Viewer) -> Filters:
        """What a query string asks of this list, among the rows this user may read."""
        visible = cast(Any, self.model._default_manager.all()).visible_to(user)
        return self.filters(query, visible, user=user, today=timezone.localdate())

    def _ordered(self) -> Any:
        rows = self.asked.rows
        is_asked = not self.asked.problems and self.asked.form.cleaned_data.get("o")
        return rows if is_asked else self.in_own_order(rows)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        paginator: Paginator[Any] = Paginator(self.for_page(self._ordered()), self.rows_per_page())
        page: Page[Any] = paginator.get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        return {
            "noun": self.noun,
            "model": self.model,
            "filters": self.asked,
            "filter_form": self.asked.form,
            "chips": self.asked.chips,
            "problems": self.asked.problems,
            "page_obj": page,
            "rows": self.shown(page.object_list),
            "result_count": paginator.count,
            "base_query": query.urlencode(),
            "order": request.GET.get("o", ""),
            "today": self.asked.today,
            "may_export": self.may_export(request.user),
            **self.extra_context(),
        }

    def _csv(self, request: HttpRequest) -> HttpResponseBase:
        if not self.may_export(request.user):
            return forbidden(request, _("Your role does not have the right to export."))
        form = FORMATS.get(request.GET.get("format", EXCEL.name))
        problems = [*self.asked.problems]
        if form is None:
            problems.append(_("The format is excel or plain."))
        if problems or form is None:
            return HttpResponse("\n".join(problems) + "\n", status=400, content_type="text/plain; charset=utf-8")
        file, count = write_csv(self._ordered(), self.columns, form, Reading(request.user, self.asked.today))
        ExportRecord.note(
            cast(Any, request.user), noun=self.noun, query=request.GET.urlencode(), row_count=count, format=form.name
        )
        response = FileResponse(
            file, as_attachment=True, filename=file_name(self.file_noun(), form), content_type="text/csv; charset=utf-8"
        )
        response["X-Row-Count"] = str(count)
        return response


def _without_blanks(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name in list(query):
        query.setlist(name, [value for value in query.getlist(name) if value])
    return query.urlencode()


def find(rows: Any, user: Viewer, pk: int) -> Any:
    """The row with this number among those the user may see, or 404: hidden is no other than missing."""
    return get_object_or_404(rows.visible_to(user), pk=pk)


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that a small form says it was sent from (`back`), else the one given."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else otherwise


def edit_url(user: Viewer, record: models.Model) -> str:
    """The page where a record is edited; empty for who may not, and for what has no page of its own."""
    return _admin_url(user, type(record), "change", record.pk)


def add_url(user: Viewer, model: type[models.Model]) -> str:
    """The page where a record is made; empty for who may not."""
    return _admin_url(user, model, "add")


def _admin_url(user: Viewer, model: type[models.Model], action: str, *args: Any) -> str:
    names = model._meta.app_label, model._meta.model_name
    if not cast(Any, user).has_perm(f"{names[0]}.{action}_{names[1]}"):
        return ""
    try:
        return reverse(f"admin:{names[0]}_{names[1]}_{action}", args=args)
    except NoReverseMatch:
        return ""


class OptionsView(View):
    """Records found as you type: at most twelve that this user may see, as `{"results": [{"id", "text", "note"}]}`."""

    http_method_names = ["get", "head", "options"]
    model: type[models.Model] | None = None

    def get(self, request: HttpRequest) -> JsonResponse:
        """The matches of `q`, in order; none without it."""
        text = request.GET.get("q", "")[:200]
        rows = cast(Any, cast(type[models.Model], self.model)._default_manager.all()).visible_to(request.user)
        found = self.choosable(rows).matching(text).in_order()[:MOST_OPTIONS] if text.strip() else []
        return JsonResponse({"results": [{"id": row.pk, "text": str(row), "note": self.note(row)} for row in found]})

    def choosable(self, rows: Any) -> Any:
        """Rows that may be chosen."""
        return rows.current()

    def note(self, row: Any) -> str:
        """A few words that tell namesakes apart."""
        return ""


@require_GET
def typed_day(request: HttpRequest) -> JsonResponse:
    """Which day `q` means, in full and as ISO; both empty when it is no day we understand."""
    try:
        day = read_day(request.GET.get("q", "")[:60], today=timezone.localdate())
    except NotADay:
        return JsonResponse({"text": "", "day": ""})
    return JsonResponse({"text": day_in_full(day), "day": day.isoformat()})


def forbidden(request: HttpRequest, reason: str) -> HttpResponse:
    """403, saying which right is missing."""
    return render(request, "403.html", {"reason": reason}, status=403)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for PermissionDenied."""
    return forbidden(request, str(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form was open so long, or came from so far, that its token is not believed.

    What was typed at length in a page of our own is kept, to be sent again: who signed in anew in another tab has an
    old token in this one.
    """
    if _is_own_typed_text(request):
        carried = [(name, value) for name, values in request.POST.lists() if name not in NEVER_KEPT for value in values]
        return render(request, "typed_text_again.html", {"carried": carried}, status=403)
    return forbidden(request, _("This form could not be trusted any more. Go back, reload the page and send it again."))


def _is_own_typed_text(request: HttpRequest) -> bool:
    """Sent from a page of this site to a view that keeps what was typed."""
    view = getattr(request.resolver_match, "func", None)
    keeps = getattr(getattr(view, "view_class", view), "keeps_typed_text", False)
    own = f"{request.scheme}://{request.get_host()}"
    return bool(keeps) and "draft" in request.POST and request.headers.get("Origin") == own


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what no page could read, with the number under which the log knows it."""
    return HttpResponse(_standalone("400.html"), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with the number under which the log knows it and nothing internal."""
    return HttpResponse(_standalone("500.html"), status=500)


def _standalone(template: str) -> str:
    """Drawn without the request: asking who reads it asks the database, which may be what went wrong."""
    return render_to_string(template, {"request_id": request_id.get()})


@login_not_required
@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and all migrations are applied; 503 otherwise, and nothing about the inside."""
    try:
        executor = MigrationExecutor(connection)
        is_ready = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:  # InterfaceError, of a connection that broke, is no DatabaseError.
        is_ready = False
    return HttpResponse(
        "ready\n" if is_ready else "not ready\n", status=200 if is_ready else 503, content_type="text/plain"
    )
