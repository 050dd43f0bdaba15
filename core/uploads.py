"""Names of files that come in. Django cuts a path off a name without a word; one that climbs is a trick, to refuse."""

import functools
import html
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser

# Ends the name of a file whose name led out of its folder. No kind of document ends so, so no form takes it.
CLIMBED = ".climbed"


class Parser(MultiPartParser):
    """As Django's, and it marks a name that leads out of its folder."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """The last part of the name, marked when one of the parts before it climbs; None when nothing is left."""
        name: str | None = super().sanitize_file_name(file_name)
        climbs = ".." in html.unescape(file_name).replace("\\", "/").split("/")
        return f"{name}{CLIMBED}" if name and climbs else name


class NamesOfFiles:
    """Reads the files of a request with this parser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.parse_file_upload = functools.partial(_parse, request)  # type: ignore[method-assign]
        return self.get_response(request)


def _parse(request: HttpRequest, meta: Any, data: Any) -> Any:
    return Parser(meta, data, request.upload_handlers, request.encoding).parse()
