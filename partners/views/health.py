"""The health of the relation with a partner: the whole table on any day, or the answer in short."""

import datetime
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.views import find
from follow_ups.models import FollowUpDirection
from follow_ups.models.health import THRESHOLDS, TREND_DAYS, Health, Part, PartKey, health_of, trend, years_before
from partners.forms import AsOfForm
from partners.models import Organisation

ONE_DAY = datetime.timedelta(days=1)
JOINT = ("direction", FollowUpDirection.JOINT.value)


@dataclass(frozen=True)
class Line:
    """A part of the health, as it was 90 days before, and the list of exactly what it counts (empty: nothing)."""

    part: Part
    before: Part
    url: str


@require_GET
def organisation_health(request: HttpRequest, pk: int) -> HttpResponse:
    """How well we keep up with a partner, on the day that `?on=` asks; for htmx in short, as it is today."""
    user, today = request.user, timezone.localdate()
    organisation = cast(Organisation, find(Organisation.objects.all().partners(), user, pk))
    form = AsOfForm({"on": request.GET.get("on") or today.isoformat()}, today=today)
    on = form.day
    now = health_of(organisation, user=user, on=on)
    before = health_of(organisation, user=user, on=on - datetime.timedelta(days=TREND_DAYS))
    context: dict[str, Any] = {
        "organisation": organisation,
        "today": today,
        "form": form,
        "health": now,
        "before": before,
        "trend": trend(now, before),
        "thresholds": THRESHOLDS,
        "lines": [
            Line(part, earlier, url_of(part, now, pk)) for part, earlier in zip(now.parts, before.parts, strict=True)
        ],
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    return render(request, "partners/_health.html" if is_fragment else "partners/organisation_health.html", context)


def url_of(part: Part, health: Health, organisation: int) -> str:
    """The list that shows exactly the rows a part counts; empty without data."""
    if not part.has_data:
        return ""
    on, family = health.on, ("include_children", "1")
    if part.key == PartKey.AGREEMENTS:
        return _list("agreements", ("party", organisation), family, ("concluded_until", on))
    if part.key in (PartKey.OURS, PartKey.THEIRS):
        direction = ("direction", part.key.value)
        return _list("follow-ups", ("partner", organisation), family, direction, JOINT, ("counted_on", on))
    met = ("organisation", organisation), family, ("met_until", on)
    if part.key == PartKey.RHYTHM:
        return _list("meetings", *met)
    return _list("meetings", *met, ("day_from", years_before(on, 2) + ONE_DAY))


def _list(noun: str, *asked: tuple[str, Any]) -> str:
    return f"{reverse(noun)}?{urlencode(asked)}"
