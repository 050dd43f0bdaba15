"""The programme of a mission as people read it: day by day, and what has no day by city."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from missions.models.meeting import Meeting
from partners.models import Place


@dataclass(frozen=True)
class ProgrammePart:
    """Items of one day; or, without a day, of one city; or, without either, the rest."""

    day: datetime.date | None
    place: Place | None
    items: list[Meeting]


def programme(meetings: Iterable[Meeting]) -> list[ProgrammePart]:
    """The parts, from meetings in the order of the programme (`as_programmed`)."""
    return [
        ProgrammePart(day, items[0].where if day is None else None, items)
        for (day, _stop), grouped in groupby(meetings, key=_part_of)
        for items in [list(grouped)]
    ]


def _part_of(meeting: Meeting) -> tuple[datetime.date | None, int | None]:
    return (meeting.day, None) if meeting.day is not None else (None, meeting.stop_id or meeting.place_id)
