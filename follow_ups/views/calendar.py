"""The calendar feed, behind a secret address instead of the sign-in page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import conditional_page, require_safe

from accounts.models import CalendarLink
from follow_ups.calendar_feed import feed_of


@login_not_required  # Calendar programs cannot sign in: the address itself is the key.
@require_safe
@conditional_page
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What the owner of this address may see now; a wrong or old address is a page that does not exist."""
    reader = CalendarLink.reader(secret)
    if reader is None:
        raise Http404
    language = reader.language or settings.LANGUAGE_CODE
    with translation.override(language):
        response = HttpResponse(feed_of(reader), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="entente.ics"'
    response["Content-Language"] = language
    response["Cache-Control"] = "private, max-age=0"
    response["X-Robots-Tag"] = "noindex"
    return response
