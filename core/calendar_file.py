"""A calendar as a file (RFC 5545), as Google, Outlook and Apple read it from an address.

Only what a feed needs: events, of whole days or with times. Times are written in UTC, which needs no description of
time zones; a time whose zone is not known is written without one and holds wherever one is.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.access import AccessLevel
from core.text import clean_line, clean_text

MOST_OCTETS = 75  # in a line, its end not counted
CLASSES = {AccessLevel.PUBLIC: "PUBLIC", AccessLevel.CONFIDENTIAL: "CONFIDENTIAL"}  # PRIVATE is what lies between.
# A calendar has at least one component; this one says nothing, in a calendar without events.
NOTHING = ("BEGIN:VTIMEZONE", "TZID:Etc/UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000",
           "TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE")  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something on a day, on several (`last_day` included), or from a moment on.

    `uid` stays the same for ever, `version` grows with each change; both are how a calendar knows an event again.
    """

    uid: str
    title: str
    starts: datetime.date | datetime.datetime
    changed_at: datetime.datetime
    version: int
    url: str
    level: int
    last_day: datetime.date | None = None
    ends: datetime.datetime | None = None
    where: str = ""
    text: str = ""
    is_sure: bool = True
    takes_time: bool = True

    def lines(self) -> Iterator[str]:
        """Its content lines, not folded yet."""
        yield "BEGIN:VEVENT"
        yield f"UID:{escaped(self.uid)}"
        yield f"DTSTAMP:{moment(self.changed_at)}"
        yield f"LAST-MODIFIED:{moment(self.changed_at)}"
        yield f"SEQUENCE:{self.version}"
        yield from self._times()
        yield f"SUMMARY:{escaped(clean_line(self.title))}"
        if self.where:
            yield f"LOCATION:{escaped(clean_line(self.where))}"
        if self.text:
            yield f"DESCRIPTION:{escaped(self.text)}"
        yield f"URL:{clean_line(self.url)}"
        yield f"CLASS:{CLASSES.get(AccessLevel(self.level), 'PRIVATE')}"
        yield f"STATUS:{'CONFIRMED' if self.is_sure else 'TENTATIVE'}"
        yield f"TRANSP:{'OPAQUE' if self.takes_time else 'TRANSPARENT'}"
        yield "END:VEVENT"

    def _times(self) -> Iterator[str]:
        if isinstance(self.starts, datetime.datetime):
            yield f"DTSTART:{moment(self.starts)}"
            if self.ends is not None and self.ends > self.starts:  # An end that is not recorded is not made up.
                yield f"DTEND:{moment(self.ends)}"
            return
        after = (self.last_day or self.starts) + datetime.timedelta(days=1)  # The first day that is free again.
        yield f"DTSTART;VALUE=DATE:{self.starts:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"


def calendar_file(name: str, events: Iterable[Event]) -> bytes:
    """The calendar of that name, in UTF-8."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Entente//Entente//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
    lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    of_events = [line for event in events for line in event.lines()]
    lines += [*(of_events or NOTHING), "END:VCALENDAR"]
    return b"".join(folded(line) for line in lines)


def moment(at: datetime.datetime) -> str:
    """In UTC; without a zone when its zone is not known."""
    return f"{at:%Y%m%dT%H%M%S}" if at.tzinfo is None else f"{at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text as a property's value: nothing in it can end the line or begin another."""
    text = clean_text(text).replace("\u2028", "\n").replace("\u2029", "\n").replace("\t", " ")
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(letter, written)
    return text


def folded(line: str) -> bytes:
    """At most 75 octets a line, no letter split; a line that goes on begins with a space."""
    done, now = b"", b""
    for letter in line:
        octets = letter.encode("utf-8")
        if len(now) + len(octets) > MOST_OCTETS:
            done, now = done + now + b"\r\n", b" "
        now += octets
    return done + now + b"\r\n"
