"""Search over everything, as a page and as one types."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard.models.search import NOUNS, Group, Hit, search

LONGEST = 200  # characters of a query that are read
HITS_OF_EACH = 5
HITS_OF_ONE = 100  # when one noun is asked for
HITS_WHILE_TYPING = 8
SHOWN = 160  # characters of a text in which something was found


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """The hits of `q`, in groups with the best first; with `kind` those of one noun alone."""
    text, kind = request.GET.get("q", "")[:LONGEST].strip(), request.GET.get("kind", "")
    nouns = [noun for noun in NOUNS if kind in ("", noun.kind)]
    groups = search(text, request.user, most=HITS_OF_ONE if kind else HITS_OF_EACH, nouns=nouns)
    context = {
        "search_text": text,
        "kind": kind,
        "noun": nouns[0] if kind and nouns else None,
        "groups": [(group, [shown(hit) for hit in group.hits]) for group in groups],
        "result_count": sum(group.count for group in groups),
    }
    return render(request, "dashboard/search.html", context)


@require_GET
def search_options(request: HttpRequest) -> JsonResponse:
    """The best hits of `q` while it is being typed: `{"results": [{"id", "text", "note", "url"}]}`."""
    groups = search(request.GET.get("q", "")[:LONGEST], request.user, most=HITS_WHILE_TYPING)
    return JsonResponse({"results": [option(hit) for hit in few(groups)]})


def few(groups: list[Group]) -> list[Hit]:
    """So many hits as fit below a field; when there are several groups, none takes all the room."""
    each = max(2, HITS_WHILE_TYPING // max(len(groups), 1))
    return [hit for group in groups for hit in group.hits[:each]][:HITS_WHILE_TYPING]


def option(hit: Hit) -> dict[str, str]:
    """A hit as it is offered while typing, with its kind in words."""
    as_shown = shown(hit)
    note = " · ".join(filter(None, (str(hit.noun.model._meta.verbose_name), as_shown["note"])))
    return {"id": as_shown["id"], "text": as_shown["title"], "note": note, "url": as_shown["url"]}


def shown(hit: Hit) -> dict[str, Any]:
    """A hit as a page shows it."""
    record = hit.record
    return {
        "id": f"{hit.noun.kind}:{record.pk}",
        "title": str(record),
        "lang": getattr(record, "language", ""),
        "url": reverse(hit.noun.kind, args=[record.pk]),
        "note": " · ".join(str(note) for note in notes(hit) if note),
        "found_in": around(hit.found_in),
    }


def notes(hit: Hit) -> list[Any]:
    """A few words that tell it from its namesakes."""
    record: Any = hit.record
    match hit.noun.kind:
        case "organisation":
            return [record.get_kind_display(), record.country.name]
        case "contact":
            return [f"{post.title}, {post.organisation}" for post in record.posts if not post.has_ended][:2]
        case "place":
            return [record.country.name]
        case "agreement":
            return [record.get_kind_display(), record.get_status_display()]
        case "mission":
            return [record.span or _("dates not recorded"), record.get_status_display()]
        case "meeting":
            return [record.when, record.where, record.mission if record.sees_mission else None]
        case _:
            due = formats.date_format(record.due_on, "SHORT_DATE_FORMAT") if record.due_on else ""
            return [record.partner, record.get_status_display(), due]


def around(text: str) -> str:
    """The beginning of a text in which something was found."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN].rsplit(' ', 1)[0]} …"
