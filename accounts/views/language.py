"""The reader's language: remembered with the user when signed in, else in a cookie."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import check_for_language
from django.views.i18n import set_language

from accounts.models import User


@login_not_required
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Django's `set_language`, which leads back to the page; a signed-in user's choice goes with the user."""
    language = request.POST.get("language", "")
    if request.method == "POST" and isinstance(request.user, User) and check_for_language(language):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
