"""The columns of the mission and meeting lists and their CSV."""

from django.db.models import Case, CharField, F, OuterRef, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from core.access import AccessLevel, Viewer
from core.exports import Column, Reading, words_of
from core.joined import joined
from core.languages import localised
from core.models.levelled import readable
from missions.models import Direction, MeetingKind, MeetingStatus, Mission, MissionKind, MissionStatus, Strand
from missions.models.mission import PartOfDay
from missions.models.participant import Participant, ParticipantSide
from missions.models.stop import Stop
from partners.models import contact_name


def places(reading: Reading) -> Combinable:
    """Where a mission goes."""
    return joined(Stop.objects.filter(mission=OuterRef("pk")), localised("place__name"))


def lead_capacity(reading: Reading) -> Combinable:
    """The title of the leader's position, in the reader's language, else as printed."""
    title = NullIf(localised("lead_position__title"), Value(""))
    return Coalesce(title, F("lead_position__title_printed"), output_field=CharField())


def seen_mission(field: str, user: Viewer) -> Combinable:
    """A field of the meeting's mission; empty when the reader may not see that mission."""
    return Case(When(readable(Mission, user, "mission"), then=F(f"mission__{field}")), default=None)


def city(reading: Reading) -> Combinable:
    """Where a meeting is: at its stop, else its place."""
    stop, place = localised("stop__place__name"), localised("place__name")
    return Coalesce(NullIf(stop, Value("")), NullIf(place, Value("")))


def side(side: ParticipantSide) -> Combinable:
    """Who sits on one side of the table: people and organisations by name, groups by their description."""
    person = NullIf(contact_name("contact"), Value(""))
    name = Coalesce(person, F("organisation__name"), F("label"), output_field=CharField())
    return joined(Participant.objects.filter(meeting=OuterRef("pk"), side=side), name)


MISSIONS = (
    Column("id", _("number"), "pk"),
    Column("title", _("title"), "title"),
    Column("direction", _("direction"), "direction", words_of(Direction.choices)),
    Column("kind", _("kind"), "kind", words_of(MissionKind.choices)),
    Column("status", _("status"), "status", words_of(MissionStatus.choices)),
    Column("starts_on", _("first day"), "starts_on"),
    Column("starts_part", _("part of the first day"), "starts_part", words_of(PartOfDay.choices)),
    Column("ends_on", _("last day"), "ends_on"),
    Column("ends_part", _("part of the last day"), "ends_part", words_of(PartOfDay.choices)),
    Column("places", _("places"), places),
    Column("lead", _("head of delegation"), lambda reading: contact_name("lead")),
    Column("lead_capacity", _("in the capacity of"), lead_capacity),
    Column("announced_on", _("announced to the Government on"), "announced_on"),
    Column("announcement_reference", _("reference of the announcement"), "announcement_reference"),
    Column("reported_on", _("reported to the Government on"), "reported_on"),
    Column("report_reference", _("reference of the report"), "report_reference"),
    Column("objective", _("objective"), "objective"),
    Column("updated_at", _("last update"), "updated_at"),
    Column("level", _("access level"), "level", words_of(AccessLevel.choices)),
)

MEETINGS = (
    Column("id", _("number"), "pk"),
    Column("title", _("title"), "title"),
    Column("kind", _("kind"), "kind", words_of(MeetingKind.choices)),
    Column("strand", _("strand"), "strand", words_of(Strand.choices)),
    Column("status", _("status"), "status", words_of(MeetingStatus.choices)),
    Column("day", _("day"), "day"),
    Column("earliest_on", _("earliest day"), "earliest_on"),
    Column("latest_on", _("latest day"), "latest_on"),
    Column("city", _("place"), city),
    Column("mission", _("mission"), lambda reading: seen_mission("title", reading.user)),
    Column("their_side", _("their side"), lambda reading: side(ParticipantSide.PARTNER)),
    Column("our_side", _("our side"), lambda reading: side(ParticipantSide.OWN)),
    Column("outcome", _("outcome"), "outcome"),
    Column("no_follow_up_reason", _("no follow-up needed because"), "no_follow_up_reason"),
    Column("updated_at", _("last update"), "updated_at"),
    Column("level", _("access level"), "level", words_of(AccessLevel.choices)),
)
