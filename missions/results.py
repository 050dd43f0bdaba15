"""What came of a mission: agreements signed, meetings by strand, contacts since, the review after a year."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from agreements.models import Agreement
from core.access import Viewer
from core.filters import MOST_VALUES
from follow_ups.models import FollowUp
from follow_ups.models.reviews import Review, review_after
from missions.models import Meeting, MeetingAgreement, MeetingStatus, Mission, Participant, Strand
from missions.models.contact_moments import participants_for
from missions.models.gaps import CALLED_OFF
from missions.models.participant import ParticipantSide
from partners.models import Organisation


@dataclass(frozen=True)
class StrandCount:
    """The items of one strand (None: the strand is not recorded), by how sure it is that they took place."""

    strand: Strand | None
    held: int
    planned: int
    called_off: int


@dataclass(frozen=True)
class Since:
    """Meetings after the mission with the partners it met, and the list that shows exactly these (empty: none)."""

    count: int
    first: datetime.date
    query: str


@dataclass(frozen=True)
class Results:
    """What one reader may know of what came of a mission. Without a last day nothing can be counted from it."""

    signed: list[Agreement]
    strands: list[StrandCount]
    since: Since | None
    review: Review | None


def results_of(
    mission: Mission,
    meetings: Sequence[Meeting],
    treated: Iterable[MeetingAgreement],
    follow_ups: Iterable[FollowUp],
) -> Results:
    """From what this user may see of the mission, which must say `met_since` (see `saying_met_since`)."""
    return Results(
        signed=list(dict.fromkeys(one.agreement for one in treated if one.is_signing)),
        strands=strands_of(meetings),
        since=since(mission, meetings) if mission.ends_on else None,
        review=review_after(mission.ends_on, 12, follow_ups) if mission.ends_on else None,
    )


def strands_of(meetings: Iterable[Meeting]) -> list[StrandCount]:
    """Each strand that has items, the group's first; what has no strand on record last."""
    by_strand: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        by_strand.setdefault(meeting.strand, []).append(meeting)
    order = [strand for strand in (*Strand, None) if by_strand.get(strand or "")]
    return [_counted(strand, by_strand[strand or ""]) for strand in order]


def _counted(strand: Strand | None, meetings: Sequence[Meeting]) -> StrandCount:
    held = sum(one.status == MeetingStatus.HELD for one in meetings)
    called_off = sum(one.status in CALLED_OFF for one in meetings)
    return StrandCount(strand, held, len(meetings) - held - called_off, called_off)


def saying_met_since(missions: Any, pk: int, user: Viewer) -> Any:
    """Says of the mission with this row number, as `met_since`, how many meetings `since` counts for this user."""
    items = Meeting.objects.all().visible_to(user).current().filter(mission=pk).exclude(status__in=CALLED_OFF)
    theirs = Participant.objects.all().visible_to(user).filter(meeting__in=items, side=ParticipantSide.PARTNER)
    partners = Organisation.objects.filter(
        Q(pk__in=theirs.values("organisation")) | Q(pk__in=theirs.values("position__organisation"))
    )
    met = participants_for(partners.order_by("pk").values("pk")[:MOST_VALUES]).values("meeting")
    later: Any = Meeting.objects.all().visible_to(user).current().held().filter(pk__in=met)
    after = later.alias(ends=Coalesce("latest_on", "earliest_on")).filter(ends__gt=OuterRef("ends_on"))
    counted = after.order_by().values(_all=Value(1)).annotate(_number=Count("pk")).values("_number")
    return missions.annotate(met_since=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def since(mission: Any, meetings: Iterable[Meeting]) -> Since | None:
    """Meetings that took place after the mission with who sat on the other side of the table at one of these."""
    partners = sorted(partners_met(meetings))[:MOST_VALUES]  # A list understands no more of them at once.
    if not partners:
        return None
    first = mission.ends_on + datetime.timedelta(days=1)
    asked = [("status", MeetingStatus.HELD.value), ("day_from", first.isoformat())]
    return Since(mission.met_since, first, urlencode([*asked, *(("organisation", pk) for pk in partners)]))


def partners_met(meetings: Iterable[Meeting]) -> set[int]:
    """Row numbers of the organisations on the other side, themselves or through the position somebody held that day."""
    return {
        pk
        for meeting in meetings
        if meeting.status not in CALLED_OFF
        for one in meeting.participants.all()
        if one.side == ParticipantSide.PARTNER
        for pk in (one.organisation_id, one.position.organisation_id if one.position else None)
        if pk is not None
    }
