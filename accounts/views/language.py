"""The reader's language: remembered with the user when signed in, else in a cookie."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.views.i18n import set_language

from accounts.models import User


@login_not_required
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Django's `set_language`, which leads back to the page; a signed-in user's choice goes with the user."""
    language = request.POST.get("language", "")
    if request.method == "POST" and isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
