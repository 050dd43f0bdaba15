"""Settings of one's own: language, digest, and the secret address of one's calendar."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import SettingsForm
from accounts.models import CalendarLink, User
from core.outside import whole_address


@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    """What one may choose oneself; the administrators keep the rest."""
    user = cast(User, request.user)
    # A copy of the user: the page's head shows what is stored, not what was typed.
    form = SettingsForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    chosen: User = form.save(commit=False)
    chosen.save(update_fields=[*form.fields])
    with translation.override(chosen.language or translation.get_language()):
        messages.success(request, _("Your settings are saved."))
    return HttpResponseRedirect(reverse("settings"))


@require_http_methods(["GET", "HEAD", "POST"])
def make_calendar_link(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once; the one before is dead. Who comes back to this page finds the settings."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("settings"))
    user = cast(User, request.user)
    path = reverse("calendar-feed", args=[CalendarLink.make(user)])
    return _page(request, SettingsForm(instance=user), calendar_url=whole_address(path))


@require_POST
def revoke_calendar_link(request: HttpRequest) -> HttpResponse:
    """No address any more."""
    CalendarLink.revoke(cast(User, request.user))
    messages.success(request, _("The calendar link is revoked; it opens nothing any more."))
    return HttpResponseRedirect(reverse("settings"))


def _page(request: HttpRequest, form: SettingsForm, *, status: int = 200, calendar_url: str = "") -> HttpResponse:
    user = cast(User, request.user)
    context = {
        "form": form,
        "calendar_link": CalendarLink.of(user),
        "calendar_url": calendar_url,
        "webcal_url": calendar_url.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "accounts/settings.html", context, status=status)
