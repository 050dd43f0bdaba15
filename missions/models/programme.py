"""The programme of a mission as people read it: day by day, and what has no day by city."""

import datetime
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.utils import timezone

from missions.models.meeting import Meeting, MeetingStatus
from partners.models import Place


@dataclass(frozen=True)
class ProgrammePart:
    """Items of one day; or, without a day, of one city; or, without either, the rest."""

    day: datetime.date | None
    place: Place | None
    items: list[Meeting]

    @property
    def moves(self) -> dict[int, "Moves"]:
        """Where each item can go, by its row number; only among those that no day, hour or stop puts in order."""
        pairs = [(one, two) for one, two in pairwise(self.items) if are_movable(one, two)]
        before, after = {two.pk: one for one, two in pairs}, {one.pk: two for one, two in pairs}
        return {item.pk: Moves(before.get(item.pk), after.get(item.pk)) for item in self.items}


@dataclass(frozen=True)
class Moves:
    """The item that one may be put before, and the one it may be put after."""

    up: Meeting | None
    down: Meeting | None


def are_movable(one: Meeting, other: Meeting) -> bool:
    """Whether nothing but their order in the programme says which of the two comes first."""
    return (one.mission_id, one.day, one.starts_at, one.stop_id, one.place_id) == (
        other.mission_id, other.day, other.starts_at, other.stop_id, other.place_id,
    )  # fmt: skip


@dataclass(frozen=True)
class DayProgramme:
    """One day as who is on the way reads it: what comes first, then, what is behind, and what has no day."""

    coming: list[Meeting]
    behind: list[Meeting]
    undated: list[Meeting]


def day_programme(meetings: Iterable[Meeting], day: datetime.date, *, now: datetime.datetime) -> DayProgramme:
    """The items of that day, from meetings in the order of the programme (`as_programmed`).

    Hours are those of the place. An item without an end lasts until the next one begins. What was said to have taken
    place, or to be called off, is behind, whatever the clock says.
    """
    every = list(meetings)
    items = [one for one in every if one.day == day]
    starts = [one.starts_at for one in items]
    following = [next((start for start in starts[at + 1 :] if start is not None), None) for at in range(len(items))]
    behind = [item for item, until in zip(items, following, strict=True) if _is_behind(item, until, now)]
    return DayProgramme(
        coming=[item for item in items if item not in behind],
        behind=behind,
        undated=[one for one in every if one.day is None and _may_be_on(one, day)],
    )


def _is_behind(item: Meeting, next_starts_at: datetime.time | None, now: datetime.datetime) -> bool:
    if item.status not in (MeetingStatus.ON_PROGRAMME, MeetingStatus.CONFIRMED):
        return True
    until = item.ends_at or (next_starts_at if item.starts_at else None)
    there = now.astimezone(time_zone_of(item))
    if item.day is None or item.day != there.date():
        return item.day is not None and item.day < there.date()
    return until is not None and until <= there.time()


def time_zone_of(item: Meeting) -> datetime.tzinfo:
    """That of its place, else of the office."""
    name = item.where.time_zone if item.where else ""
    return zoneinfo.ZoneInfo(name) if name else timezone.get_default_timezone()


def _may_be_on(item: Meeting, day: datetime.date) -> bool:
    return (item.earliest_on is None or item.earliest_on <= day) and (item.latest_on is None or day <= item.latest_on)


def programme(meetings: Iterable[Meeting]) -> list[ProgrammePart]:
    """The parts, from meetings in the order of the programme (`as_programmed`)."""
    return [
        ProgrammePart(day, items[0].where if day is None else None, items)
        for (day, _stop), grouped in groupby(meetings, key=_part_of)
        for items in [list(grouped)]
    ]


def _part_of(meeting: Meeting) -> tuple[datetime.date | None, int | None]:
    return (meeting.day, None) if meeting.day is not None else (None, meeting.stop_id or meeting.place_id)
