"""Drafts: what a user is typing, kept on the server within seconds, and shown to that user alone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from accounts.rights import Right, require
from core.models import Draft


@method_decorator(login_not_required, name="dispatch")
class Drafts(View):
    """POST keeps the fields of a form, or with `discard` forgets them. GET gives a form a token that is believed.

    Signing in again in another tab changes the token; the page that was open asks for the new one and goes on.
    """

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """A script learns from a 401 that the session ended; a browser is led to the sign-in page."""
        if not request.user.is_authenticated:
            if request.accepts("text/html"):
                return redirect_to_login(reverse("home"))
            return JsonResponse({"error": "signed out"}, status=401)
        require(request.user, Right.WRITE)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """The token to send with the next form."""
        return JsonResponse({"token": get_token(request)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """When it was kept, as the reader's clock says; 413 when it is too much."""
        key = request.POST.get("draft", "")
        if "discard" in request.POST:
            return self._discard(request, key)
        try:
            draft = Draft.keep(request.user, key, request.POST)
        except ValidationError as error:
            return JsonResponse({"error": " ".join(error.messages)}, status=413 if key else 400)
        return JsonResponse({"saved_at": f"{timezone.localtime(draft.saved_at):%H:%M}" if draft else ""})

    def _discard(self, request: HttpRequest, key: str) -> HttpResponse:
        Draft.drop(request.user, key)
        messages.info(request, _("The text that was not stored is gone."))
        back = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
        return HttpResponseRedirect(back if is_ours else reverse("home"))
