"""One mission, one meeting: everything known about it on one page, and what is not known."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.models import Agreement
from core.access import Viewer
from core.gap_rules import with_gaps
from core.models import Submission
from core.views import add_url, edit_url, find
from documents.models import DocumentLink
from documents.models.sources import by_document, sources_of
from documents.models.versions import latest_of
from follow_ups.models import FollowUp, FollowUpDirection, FollowUpStatus
from follow_ups.models.coverage import coverage_of, seeing_follow_ups
from follow_ups.models.reviews import MOMENTS, Review, moments_without_review, review_after
from missions.forms import NewItemForm
from missions.models import (
    Delegate,
    Meeting,
    MeetingAgreement,
    MeetingDocument,
    Mission,
    MissionDocument,
    Participant,
    Stop,
)
from missions.models.gaps import MeetingSeen, MissionSeen, gaps_of_meeting, gaps_of_mission
from missions.models.participant import ParticipantSide
from missions.models.programme import programme
from missions.models.readiness import checks_of, readiness_rules
from missions.results import results_of, saying_met_since
from missions.route_map import Visit, route_map
from missions.views.lists import for_table

MOST_LINES = 20  # follow-ups shown on a page about something else; the rest is one click away


@require_GET
def mission_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The mission with its programme, delegation, agreements, follow-ups, documents and sources."""
    user, today = request.user, timezone.localdate()
    rows = Mission.objects.select_related("lead", "lead_position__organisation", "substitute", "reachable_member")
    rows = saying_met_since(rows.naming_themes(), pk, user)
    mission = cast(Any, find(with_gaps(rows, readiness_rules(today), user), user, pk))
    change_url = edit_url(user, mission)
    stops = list(Stop.objects.filter(mission=mission).select_related("place"))
    delegates = list(Delegate.objects.filter(mission=mission).select_related("contact", "organisation"))
    items = for_table(Meeting.objects.filter(mission=mission), user).visible_to(user).current().as_programmed()
    meetings = list(seeing_follow_ups(items, user))
    treated = list(
        MeetingAgreement.objects.filter(meeting__in=meetings).visible_to(user).select_related("agreement", "meeting")
    )
    documents = documents_of(MissionDocument.objects.filter(mission=mission), user, "mission-file", pk)
    agreements = by_agreement(treated)
    follow_ups = follow_ups_of(FollowUp.objects.filter(mission=mission), user)
    seen = MissionSeen(mission, stops, delegates, meetings, list(agreements), on=today)
    context = {
        "mission": mission,
        "stops": stops,
        "route_map": route_map(visits_of(stops)),
        "results": results_of(mission, meetings, treated, follow_ups["every_follow_up"]),
        "coverage": coverage_of(meetings),
        "reviews": reviews_of(mission, follow_ups["every_follow_up"]),
        "may_plan_reviews": lacks_reviews(mission, follow_ups["every_follow_up"]),
        "new_item_form": NewItemForm(mission=mission, stops=stops),
        "submission": Submission.new_token(),
        "attention": attention_among(follow_ups["every_follow_up"]),
        "delegates": delegates,
        "named": named(delegates),
        "programme": programme(meetings),
        "meetings": meetings,
        "with_outcome": [meeting for meeting in meetings if meeting.outcome],
        "agreements": agreements.items(),
        "builds_on": mission.builds_on.all().visible_to(user),
        "documents": latest_of(documents),
        "new_document_url": reverse("mission-document-new", args=[pk]),
        "gaps": gaps_of_mission(seen, edit_url=partial(edit_url, user)),
        "source_documents": by_document(
            sources_of(mission, *stops, *delegates, user=user, document_urls=addresses(documents))
        ),
        "origin": f"mission={pk}",
        "checks": checks_of(mission, delegates, on=today, change_url=change_url),
        "edit_url": change_url,
        "add_meeting_url": add_url(user, Meeting),
        **follow_ups,
    }
    return render(request, "missions/mission_detail.html", context)


@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting with both sides of the table, what came of it and where that is written."""
    user = request.user
    rows = Meeting.objects.all().seeing(user, "mission").select_related("mission", "stop__place", "place")
    meeting = cast(Meeting, find(rows, user, pk))
    participants = list(
        Participant.objects.filter(meeting=meeting).select_related("contact", "organisation", "position__organisation")
    )
    documents = documents_of(MeetingDocument.objects.filter(meeting=meeting), user, "meeting-file", pk)
    seen = MeetingSeen(meeting, participants, on=timezone.localdate())
    follow_ups = follow_ups_of(FollowUp.objects.filter(meeting=meeting), user)
    context = {
        "meeting": meeting,
        "sides": [(side, seen.side(side)) for side in (ParticipantSide.PARTNER, ParticipantSide.OWN)],
        "themes": meeting.themes.all(),
        "treated": MeetingAgreement.objects.filter(meeting=meeting).visible_to(user).select_related("agreement"),
        "documents": latest_of(documents),
        "new_document_url": reverse("meeting-document-new", args=[pk]),
        "gaps": gaps_of_meeting(seen, edit_url=partial(edit_url, user)),
        "source_documents": by_document(
            sources_of(meeting, *participants, user=user, document_urls=addresses(documents))
        ),
        "origin": f"meeting={pk}",
        "edit_url": edit_url(user, meeting),
        "promises": promises_among(follow_ups["every_follow_up"]),
        **follow_ups,
    }
    return render(request, "missions/meeting_detail.html", context)


def follow_ups_of(rows: Any, user: Viewer) -> dict[str, Any]:
    """The follow-ups of a record that this user may see: the first lines, how many, and how many by status."""
    follow_ups = list(rows.visible_to(user).current().open_first().select_related("owner", "department", "partner"))
    counted = Counter(row.status for row in follow_ups)
    return {
        "every_follow_up": follow_ups,
        "follow_ups": follow_ups[:MOST_LINES],
        "follow_up_count": len(follow_ups),
        "follow_ups_by_status": [(status, counted[status]) for status in FollowUpStatus if counted[status]],
    }


def attention_among(follow_ups: Iterable[FollowUp]) -> dict[str, int]:
    """How many open ones nobody owns, and how many have no due date; the words of the list's filters."""
    open_ones = [one for one in follow_ups if one.is_open]
    return {
        "unassigned": sum(one.owner_id is None for one in open_ones),
        "undated": sum(one.due_on is None for one in open_ones),
    }


def reviews_of(mission: Mission, follow_ups: list[FollowUp]) -> list[tuple[int, Review]]:
    """Each moment of review in months, with what is planned or held; none without a last day to count from."""
    if mission.ends_on is None:
        return []
    return [(months, review_after(mission.ends_on, months, follow_ups)) for months in MOMENTS]


def lacks_reviews(mission: Mission, follow_ups: list[FollowUp]) -> bool:
    """Whether some moment of a mission that is over has no review."""
    return mission.is_over and mission.ends_on is not None and bool(moments_without_review(mission.ends_on, follow_ups))


def promises_among(follow_ups: Iterable[FollowUp]) -> list[tuple[FollowUpDirection, list[FollowUp]]]:
    """Ours, theirs and joint ones, each with what was promised; what is internal is no promise."""
    every = list(follow_ups)
    return [
        (direction, [one for one in every if one.direction == direction])
        for direction in FollowUpDirection
        if direction != FollowUpDirection.INTERNAL
    ]


def visits_of(stops: Iterable[Stop]) -> list[Visit]:
    """The stops that can be drawn, numbered as in the list of all of them."""
    return [
        Visit(number, str(stop.place), stop.place.latitude, stop.place.longitude)
        for number, stop in enumerate(stops, start=1)
        if not stop.cancelled_why and stop.place.latitude is not None and stop.place.longitude is not None
    ]


def documents_of(rows: Any, user: Viewer, url_name: str, pk: int) -> list[DocumentLink]:
    """The attached documents this user may read, each with the address where it opens (empty: not on file)."""
    links: list[Any] = list(rows.visible_to(user).select_related("document__created_by"))
    for link in links:
        has_file = bool(link.document.file)
        link.url = reverse(url_name, args=[pk, link.document_id]) if has_file else link.document.link
    return links


def by_agreement(treated: Iterable[MeetingAgreement]) -> dict[Agreement, list[MeetingAgreement]]:
    """Each agreement once, with what every meeting did with it."""
    found: dict[Agreement, list[MeetingAgreement]] = {}
    for one in treated:
        found.setdefault(one.agreement, []).append(one)
    return found


def named(delegates: Iterable[Delegate]) -> dict[str, int]:
    """How many of a delegation are people, organisations, and groups known only by a description."""
    kinds = Counter(
        "people" if one.contact_id else "organisations" if one.organisation_id else "groups" for one in delegates
    )
    return dict(kinds)


def addresses(documents: Iterable[Any]) -> dict[int, str]:
    """Where each document opens, by its row number."""
    return {link.document_id: link.url for link in documents}
