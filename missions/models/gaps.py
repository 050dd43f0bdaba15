"""What is still missing about a mission or a meeting: rules as data, each counted, put in words, led to its field."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models
from django.utils.translation import gettext, ngettext

from agreements.models import Agreement
from core.gaps import Gap
from missions.models.delegate import Delegate
from missions.models.meeting import Meeting, MeetingStatus
from missions.models.mission import AFTERWARDS, COMING, Direction, Mission
from missions.models.participant import Participant, ParticipantSide
from missions.models.stop import Stop

Seen = TypeVar("Seen")
EditUrl = Callable[[models.Model], str]

CALLED_OFF = (MeetingStatus.CANCELLED, MeetingStatus.POSTPONED)
PLANNED = (MeetingStatus.ON_PROGRAMME, MeetingStatus.CONFIRMED)


@dataclass(frozen=True)
class Rule(Generic[Seen]):
    """`missing` counts what is not recorded (0: nothing), `label` says it, `field` is its place in the edit form."""

    label: Callable[[int], str]
    missing: Callable[[Seen], int]
    field: str


@dataclass(frozen=True)
class MissionSeen:
    """A mission with the parts and meetings that one reader may see."""

    mission: Mission
    stops: Sequence[Stop]
    delegates: Sequence[Delegate]
    meetings: Sequence[Meeting]
    agreements: Sequence[Agreement]
    on: datetime.date

    @property
    def items(self) -> list[Meeting]:
        """The programme without what was called off."""
        return [meeting for meeting in self.meetings if meeting.status not in CALLED_OFF]

    @property
    def is_coming(self) -> bool:
        """Not yet over."""
        return self.mission.status in COMING

    @property
    def is_over(self) -> bool:
        """Held, or reported or closed since."""
        return self.mission.status in AFTERWARDS

    @property
    def is_ours(self) -> bool:
        """We travel, so it is announced and reported to the Government."""
        return bool(self.mission.direction == Direction.OUT)


@dataclass(frozen=True)
class MeetingSeen:
    """A meeting with its participants."""

    meeting: Meeting
    participants: Sequence[Participant]
    on: datetime.date

    @property
    def is_on(self) -> bool:
        """Not called off."""
        return self.meeting.status not in CALLED_OFF

    def side(self, side: ParticipantSide) -> list[Participant]:
        """Who sits on that side."""
        return [participant for participant in self.participants if participant.side == side]


def _is_unsettled(meeting: Meeting, on: datetime.date) -> bool:
    """Its last possible day is past, and nobody said whether it took place."""
    return meeting.status in PLANNED and meeting.latest_on is not None and meeting.latest_on < on


def _without_capacity(participants: Sequence[Participant]) -> int:
    return sum(1 for one in participants if one.contact_id and not one.capacity_shown)


def _groups(delegates: Sequence[Delegate]) -> int:
    return sum(1 for one in delegates if not one.contact_id and not one.organisation_id)


MISSION_RULES: tuple[Rule[MissionSeen], ...] = (
    Rule(lambda count: gettext("First day"), lambda seen: seen.mission.starts_on is None, "id_starts_on"),
    Rule(lambda count: gettext("Last day"), lambda seen: seen.mission.ends_on is None, "id_ends_on"),
    Rule(lambda count: gettext("Kind of mission"), lambda seen: not seen.mission.kind, "id_kind"),
    Rule(lambda count: gettext("Objective"), lambda seen: not seen.mission.objective, "id_objective"),
    Rule(lambda count: gettext("Head of delegation"), lambda seen: seen.mission.lead_id is None, "id_lead"),
    Rule(
        lambda count: gettext("Capacity of the head of delegation"),
        lambda seen: seen.mission.lead_id is not None and seen.mission.lead_position_id is None,
        "id_lead_position",
    ),
    Rule(
        lambda count: gettext("Explanatory note: date sent"),
        lambda seen: seen.is_ours and seen.is_coming and seen.mission.note_sent_on is None,
        "id_note_sent_on",
    ),
    Rule(
        lambda count: gettext("Substitute minister"),
        lambda seen: seen.is_ours and seen.is_coming and seen.mission.substitute_id is None,
        "id_substitute",
    ),
    Rule(
        lambda count: gettext("Reachable cabinet member"),
        lambda seen: seen.is_ours and seen.is_coming and seen.mission.reachable_member_id is None,
        "id_reachable_member",
    ),
    Rule(
        lambda count: gettext("Announcement to the Government: date"),
        lambda seen: seen.is_ours and seen.mission.announced_on is None,
        "id_announced_on",
    ),
    Rule(
        lambda count: gettext("Announcement to the Government: reference"),
        lambda seen: seen.is_ours and not seen.mission.announcement_reference,
        "id_announcement_reference",
    ),
    Rule(
        lambda count: gettext("Report to the Government: date"),
        lambda seen: seen.is_ours and seen.is_over and seen.mission.reported_on is None,
        "id_reported_on",
    ),
    Rule(
        lambda count: gettext("Report to the Government: reference"),
        lambda seen: seen.is_ours and seen.is_over and not seen.mission.report_reference,
        "id_report_reference",
    ),
    Rule(lambda count: gettext("Places"), lambda seen: not seen.stops, "stops-group"),
    Rule(
        lambda count: ngettext("%(count)s stop without days", "%(count)s stops without days", count) % {"count": count},
        lambda seen: sum(1 for stop in seen.stops if not stop.arrives_on and not stop.cancelled_why),
        "stops-group",
    ),
    Rule(lambda count: gettext("Delegation"), lambda seen: not seen.delegates, "delegates-group"),
    Rule(
        lambda count: (
            ngettext(
                "%(count)s group of the delegation known only by a description",
                "%(count)s groups of the delegation known only by a description",
                count,
            )
            % {"count": count}
        ),
        lambda seen: _groups(seen.delegates),
        "delegates-group",
    ),
    Rule(lambda count: gettext("Programme"), lambda seen: not seen.meetings, "meetings-group"),
    Rule(
        lambda count: ngettext("%(count)s item without day", "%(count)s items without day", count) % {"count": count},
        lambda seen: sum(1 for item in seen.items if item.day is None),
        "meetings-group",
    ),
    Rule(
        lambda count: ngettext("%(count)s item without city", "%(count)s items without city", count) % {"count": count},
        lambda seen: sum(1 for item in seen.items if item.stop_id is None and item.place_id is None),
        "meetings-group",
    ),
    Rule(
        lambda count: (
            ngettext(
                "%(count)s item of which it is not recorded whether it took place",
                "%(count)s items of which it is not recorded whether they took place",
                count,
            )
            % {"count": count}
        ),
        lambda seen: sum(1 for item in seen.items if _is_unsettled(item, seen.on)),
        "meetings-group",
    ),
    Rule(
        lambda count: (
            ngettext(
                "%(count)s item that took place, without outcome",
                "%(count)s items that took place, without outcome",
                count,
            )
            % {"count": count}
        ),
        lambda seen: sum(1 for item in seen.items if item.status == MeetingStatus.HELD and not item.outcome),
        "meetings-group",
    ),
)

MEETING_RULES: tuple[Rule[MeetingSeen], ...] = (
    Rule(lambda count: gettext("Day"), lambda seen: seen.is_on and seen.meeting.day is None, "id_day"),
    Rule(lambda count: gettext("Kind of meeting"), lambda seen: not seen.meeting.kind, "id_kind"),
    Rule(
        lambda count: gettext("City"),
        lambda seen: seen.is_on and seen.meeting.stop_id is None and seen.meeting.place_id is None,
        "id_stop",
    ),
    Rule(
        lambda count: gettext("Whether it took place"),
        lambda seen: _is_unsettled(seen.meeting, seen.on),
        "id_status",
    ),
    Rule(
        lambda count: gettext("Outcome"),
        lambda seen: seen.meeting.status == MeetingStatus.HELD and not seen.meeting.outcome,
        "id_outcome",
    ),
    Rule(
        lambda count: gettext("Who took part on their side"),
        lambda seen: not seen.side(ParticipantSide.PARTNER),
        "participants-group",
    ),
    Rule(
        lambda count: gettext("Who took part on our side"),
        lambda seen: not seen.side(ParticipantSide.OWN),
        "participants-group",
    ),
    Rule(
        lambda count: (
            ngettext("Capacity of %(count)s participant", "Capacity of %(count)s participants", count)
            % {"count": count}
        ),
        lambda seen: _without_capacity(seen.participants),
        "participants-group",
    ),
)


def gaps_of_mission(seen: MissionSeen, *, edit_url: EditUrl) -> list[Gap]:
    """What is missing, with the place to write it where `edit_url` gives one."""
    found = _apply(MISSION_RULES, seen, edit_url(seen.mission))
    return found + [gap for agreement in seen.agreements for gap in _gaps_of_agreement(agreement, edit_url(agreement))]


def gaps_of_meeting(seen: MeetingSeen, *, edit_url: EditUrl) -> list[Gap]:
    """What is missing, with the place to write it where `edit_url` gives one."""
    return _apply(MEETING_RULES, seen, edit_url(seen.meeting))


def _apply(rules: Sequence[Rule[Seen]], seen: Seen, page: str) -> list[Gap]:
    counted = ((rule, int(rule.missing(seen))) for rule in rules)
    return [Gap(rule.label(count), f"{page}#{rule.field}" if page else "") for rule, count in counted if count]


def _gaps_of_agreement(agreement: Agreement, page: str) -> list[Gap]:
    """What hinders the follow-up of a text that was on the table of this mission, on one line."""
    missing = [
        label
        for label, is_missing in (
            (gettext("official title"), not agreement.official_title),
            (gettext("lead department"), agreement.lead_department_id is None),
            (gettext("evaluation date"), agreement.evaluate_on is None),
        )
        if is_missing
    ]
    if not missing:
        return []
    return [Gap(gettext("%(agreement)s: %(missing)s") % {"agreement": agreement, "missing": ", ".join(missing)}, page)]
