"""Missions: stops, delegation, programme and meetings."""

from missions.models.delegate import Delegate
from missions.models.document import MeetingDocument, MissionDocument
from missions.models.meeting import Meeting, MeetingKind, MeetingQuerySet, MeetingStatus, Strand
from missions.models.meeting_agreement import MeetingAgreement
from missions.models.mission import Direction, Mission, MissionKind, MissionQuerySet, MissionStatus
from missions.models.participant import Participant
from missions.models.stop import Stop

__all__ = [
    "Delegate",
    "Direction",
    "Meeting",
    "MeetingAgreement",
    "MeetingDocument",
    "MeetingKind",
    "MeetingQuerySet",
    "MeetingStatus",
    "Mission",
    "MissionDocument",
    "MissionKind",
    "MissionQuerySet",
    "MissionStatus",
    "Participant",
    "Stop",
    "Strand",
]
