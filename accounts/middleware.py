"""The signed-in user's own language; and what was typed in a form by who is signed out meanwhile."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation

from accounts.rights import Right, may
from core.models import Draft
from core.models.draft import NEVER_KEPT

GetResponse = Callable[[HttpRequest], HttpResponse]


class UserLanguage:
    """A language chosen by the user goes before cookie and browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


class KeepTypedText:
    """A form that is sent after the session ended is not lost.

    For views that say `keeps_typed_text` and forms that carry the key of their `draft`: who is not signed in gets the
    sign-in form with all that was typed carried along. After signing in it is kept as a draft of that user, and the
    page offers it again. Nothing is stored for who does not sign in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The sign-in form, the way back to the page, or nothing when this is none of our business."""
        keeps = getattr(getattr(view, "view_class", view), "keeps_typed_text", False)
        if not keeps or request.method != "POST" or request.user.is_authenticated or "draft" not in request.POST:
            return None
        is_signing_in = "password" in request.POST
        form = AuthenticationForm(request, request.POST if is_signing_in else None)
        if not is_signing_in or not form.is_valid():
            return self._sign_in(request, form)
        user = form.get_user()
        login(request, user)
        if may(user, Right.WRITE):
            try:
                Draft.keep(user, request.POST["draft"], request.POST)
            except ValidationError as error:
                form.add_error(None, error)
                return self._sign_in(request, form)
        return HttpResponseRedirect(request.path)

    def _sign_in(self, request: HttpRequest, form: AuthenticationForm) -> HttpResponse:
        carried = [(name, value) for name, values in request.POST.lists() if name not in NEVER_KEPT for value in values]
        context = {"form": form, "carried": carried, "sign_in_url": request.path}
        return render(request, "registration/login.html", context, status=422 if form.is_bound else 401)
