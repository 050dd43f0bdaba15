"""What every request and response has in common."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from core.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Gives each request a number of its own, in the log and in `X-Request-ID`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex[:12])
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class CompressPages(GZipMiddleware):
    """Compresses pages and fragments of them. Files and CSV keep the length that shows when they were cut off.

    What is secret in a page is masked anew in each answer, and Django adds a random length: BREACH learns nothing.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """As Django does, for HTML alone."""
        is_page = response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class Language:
    """The language before sign-in: cookie, then browser, then Dutch. `accounts.middleware` adds the user's own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_asked(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie", "HX-Request"))
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


def language_asked(request: HttpRequest) -> str:
    """The language of the cookie, else the first of the browser's that Entente speaks, else Dutch."""
    spoken = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in spoken:
        return chosen
    for asked, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if asked.split("-")[0] in spoken:
            return asked.split("-")[0]
    return settings.LANGUAGE_CODE


class NoStore:
    """Pages of a signed-in user are kept by no cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response
