"""What came of a meeting, written at once: the outcome, promises, who was there, agreements."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from agreements.models import Agreement
from core.actors import Writer
from follow_ups.models import FollowUp
from missions.models import Meeting, MeetingAgreement, Participant
from missions.models.meeting import MeetingStatus
from missions.models.participant import Attendance, ParticipantSide
from partners.actions import PersonLine, add_person, organisation_called
from partners.models import Contact, Organisation, Position

# What a capture writes on an existing meeting.
WRITTEN = ("outcome", "status", "status_why", "no_follow_up_reason", "level")


@dataclass(frozen=True)
class PromiseLine:
    """One promise; owner, department and due date when they are known."""

    direction: str
    title: str
    owner: User | None = None
    department: Department | None = None
    due_on: datetime.date | None = None


@dataclass(frozen=True)
class Guest:
    """Somebody who was there and not yet on the list: a contact, a new one, an organisation, or words only."""

    who: Contact | PersonLine | Organisation | str
    side: str = ParticipantSide.PARTNER


@dataclass(frozen=True)
class Came:
    """Whether somebody on the list came, or who came instead."""

    participant: Participant
    attendance: str
    replaced_by: Contact | PersonLine | None = None


@dataclass(frozen=True)
class Captured:
    """All that is noted besides the meeting's own fields."""

    promises: Sequence[PromiseLine] = ()
    came: Sequence[Came] = ()
    guests: Sequence[Guest] = ()
    treated: Sequence[tuple[Agreement, str]] = ()


@dataclass
class Noted:
    """What was recorded, to say it back."""

    promises: list[FollowUp] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    treated: list[MeetingAgreement] = field(default_factory=list)

    def made(self, direction: str) -> int:
        """How many promises in this direction."""
        return sum(promise.direction == direction for promise in self.promises)


@transaction.atomic
def record_outcome(*, meeting: Meeting, captured: Captured, by: Writer) -> Noted:
    """Stores the meeting (with the version its fields were read at) and all that came of it, or nothing.

    Raises StaleVersion when somebody else saved the meeting meanwhile.
    """
    if meeting._state.adding:
        meeting.save(by=by)
    else:
        meeting.lock_parents()  # A promise below locks them too; the mission's own page locks them before its meetings.
        meeting.save(by=by, update_fields=WRITTEN)
    noted = Noted()
    for came in captured.came:
        _note_attendance(meeting, came, noted, by)
    for guest in captured.guests:
        _seat(meeting, guest, noted, by)
    for agreement, treatment in captured.treated:
        if not MeetingAgreement.objects.filter(meeting=meeting, agreement=agreement, treatment=treatment).exists():
            one = MeetingAgreement(meeting=meeting, agreement=agreement, treatment=treatment)
            one.save(by=by)
            noted.treated.append(one)
    partner = Participant.objects.filter(meeting=meeting).only_partner()
    for promise in captured.promises:
        noted.promises.append(_promise(meeting, promise, partner, by))
    return noted


def _note_attendance(meeting: Meeting, came: Came, noted: Noted, by: Writer) -> None:
    participant = came.participant
    if participant.attendance != came.attendance:
        participant.attendance = came.attendance
        participant.save(by=by, update_fields=["attendance"])
    if came.replaced_by is not None:
        _seat(meeting, Guest(came.replaced_by, participant.side), noted, by)


def _seat(meeting: Meeting, guest: Guest, noted: Noted, by: Writer) -> None:
    """Puts somebody at the table, once; who already sits there is noted as present."""
    contact, position, organisation, label, capacity = _known(meeting, guest.who, noted, by)
    attendance = Attendance.PRESENT if meeting.status == MeetingStatus.HELD else ""
    there = Participant.objects.filter(meeting=meeting, contact=contact, organisation=organisation, label=label).first()
    if there is None:
        there = Participant(
            meeting=meeting,
            contact=contact,
            organisation=organisation,
            position=position,
            label=label,
            capacity=capacity,
            side=guest.side,
            attendance=attendance,
        )
        there.save(by=by)
    elif attendance and there.attendance != attendance:
        there.attendance = attendance
        there.save(by=by, update_fields=["attendance"])
    noted.participants.append(there)


def _known(
    meeting: Meeting, who: Contact | PersonLine | Organisation | str, noted: Noted, by: Writer
) -> tuple[Contact | None, Position | None, Organisation | None, str, str]:
    """Contact, position held that day, organisation, label and capacity of whoever came."""
    if isinstance(who, Organisation):
        return None, None, who, "", ""
    if isinstance(who, str):
        organisation = organisation_called(who)
        return None, None, organisation, "" if organisation else who, ""
    if isinstance(who, Contact):
        return who, _post_on(who, meeting.day), None, "", ""
    contact, position = add_person(line=who, met_on=meeting.day, by=by)
    noted.contacts.append(contact)
    organisation = None if position else organisation_called(who.organisation)
    return contact, position, organisation, "", "" if position else (who.title if organisation else who.capacity)


def _post_on(contact: Contact, day: datetime.date | None) -> Position | None:
    """The one post held that day; None when there are several, for a person to choose."""
    posts = list(Position.objects.filter(contact=contact).held_on(day or timezone.localdate()).not_ended()[:2])
    return posts[0] if len(posts) == 1 else None


def _promise(meeting: Meeting, promise: PromiseLine, partner: int | None, by: Writer) -> FollowUp:
    made = FollowUp(
        title=promise.title,
        direction=promise.direction,
        owner=promise.owner,
        department=promise.department,
        due_on=promise.due_on,
        meeting=meeting,
        mission_id=meeting.mission_id,
        partner_id=partner,
        level=meeting.level,
    )
    made.save(by=by)
    return made
