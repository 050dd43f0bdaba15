"""The admin site: who enters, and what is found as one types."""

from functools import update_wrapper
from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.choices import choosable
from core.text import is_row_number

METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class FoundAsYouType(AutocompleteJsonView):
    """Rows that may be chosen: visible, not archived, in use. Needs no right to open the list they come from."""

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """Entering the admin is enough; the rows themselves are the visible ones."""
        return True

    def get_queryset(self) -> Any:
        admin_of_rows: Any = self.model_admin
        rows = choosable(admin_of_rows.get_queryset(self.request), self.request.user)
        rows = rows.select_related(*getattr(admin_of_rows, "named_with", ()))
        found, _doubles = admin_of_rows.get_search_results(self.request, rows, self.term)
        beside = self.request.GET.get("beside", "")
        if admin_of_rows.narrowed_by and is_row_number(beside):
            few = rows.filter(**{admin_of_rows.narrowed_by: beside})
            among = found.filter(pk__in=few.values("pk"))
            return among if among.exists() else few  # Few enough to show them all when the words typed fit none.
        return found


class EntenteAdminSite(admin.AdminSite):
    """Django's admin site for those whose role opens it; others are refused, not sent round in circles."""

    site_title = "Entente"
    site_header = gettext_lazy("Administration")
    index_title = gettext_lazy("Administration")
    empty_value_display = "–"
    enable_nav_sidebar = False  # It takes the width that the columns of a list need.

    def has_permission(self, request: HttpRequest) -> bool:
        """`is_staff` follows from the table of rights."""
        return bool(request.user.is_active and request.user.is_staff)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Somebody signed in without the right gets a 403; somebody unknown is asked to sign in."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            self._refuse_others(request)
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the address that tells which row numbers exist; sign-in is the site's own."""
        patterns = [one for one in super().get_urls() if getattr(one, "name", None) != "view_on_site"]
        for one in patterns:
            if hasattr(getattr(one, "callback", None), "login_url"):
                one.callback.login_url = None  # type: ignore[union-attr]  # Seen on the line above.
        return patterns

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in page, the site's."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        home = reverse("admin:index", current_app=self.name)
        if request.user.is_authenticated:
            self._refuse_others(request)
            return HttpResponseRedirect(home)
        return redirect_to_login(request.GET.get("next") or home, settings.LOGIN_URL)

    @method_decorator(require_safe)
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The nouns this user may enter; only to read, as are the two below."""
        return super().index(request, extra_context)

    @method_decorator(require_safe)
    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """The nouns of one room."""
        return super().app_index(request, app_label, extra_context)

    @method_decorator(require_safe)
    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Choices for the fields that find records as one types."""
        return cast(HttpResponse, FoundAsYouType.as_view(admin_site=self)(request))

    def _refuse_others(self, request: HttpRequest) -> None:
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(_("Your role does not have the right to enter the administration."))
