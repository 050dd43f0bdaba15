"""Readiness: what has to be there before a mission leaves, as words about missions, so that page and list agree.

Source: how a mission is prepared. An explanatory note goes round, and silence for seven calendar days means that nobody
objects; who replaces the minister, and which cabinet member stays reachable, is settled before the delegation leaves.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.gap_rules import GapRule
from missions.models.delegate import GOING, Delegate
from missions.models.mission import Direction, Mission


@dataclass(frozen=True)
class Check:
    """One thing that has to be there: what it is, whether it is, in words how far, and where it is written."""

    label: str | Promise
    is_met: bool
    words: str
    url: str


def readiness_rules(on: datetime.date) -> tuple[GapRule, ...]:
    """What a mission that has yet to leave may lack on that day."""
    return (
        GapRule("note", _("explanatory note"), "id_note_sent_on", lambda rows, user: rows.awaiting_silence(on=on)),
        GapRule("announcement", _("announcement"), "id_announced_on", lambda rows, user: rows.unannounced(on=on)),
        GapRule("substitute", _("substitute minister"), "id_substitute", lambda rows, user: rows.unsubstituted(on=on)),
        GapRule(
            "reachable",
            _("reachable cabinet member"),
            "id_reachable_member",
            lambda rows, user: rows.without_reachable_member(on=on),
        ),
        GapRule("delegation", _("delegation"), "delegates-group", lambda rows, user: rows.with_open_delegation(on=on)),
    )


def rules_for(mission: Mission, on: datetime.date) -> list[GapRule]:
    """A visit to us is not announced to the Government, and nobody replaces the minister."""
    return [rule for rule in readiness_rules(on) if mission.direction == Direction.OUT or rule.key == "delegation"]


def unready(missions: Any, user: Viewer, *, on: datetime.date) -> Any:
    """Yet to leave, and something is still missing."""
    every = missions.model._default_manager.all()
    lacking = [Q(pk__in=rule.rows(every, user).values("pk")) for rule in readiness_rules(on)]
    return missions.filter(reduce(or_, lacking))


def checks_of(mission: Any, delegates: Sequence[Delegate], *, on: datetime.date, change_url: str) -> list[Check]:
    """Of a mission that `with_gaps` gave; none once it has left."""
    if not mission.is_departing(on=on):
        return []
    said = {
        "note": _note_words(mission, on),
        "announcement": _sent_words(mission.announced_on),
        "substitute": str(mission.substitute or ""),
        "reachable": str(mission.reachable_member or ""),
        "delegation": _delegation_words(delegates),
    }
    return [
        Check(
            rule.label,
            not getattr(mission, f"lacks_{rule.key}"),
            said[rule.key],
            f"{change_url}#{rule.anchor}" if change_url else "",
        )
        for rule in rules_for(mission, on)
    ]


def _note_words(mission: Mission, on: datetime.date) -> str:
    ends_on = mission.silence_ends_on
    if mission.note_sent_on is None or ends_on is None:
        return ""
    words = (
        gettext("sent on %(sent)s; the 7 calendar days to object run until %(end)s")
        if on <= ends_on
        else gettext("sent on %(sent)s; the 7 calendar days to object ended on %(end)s")
    )
    return words % {"sent": _short(mission.note_sent_on), "end": _short(ends_on)}


def _sent_words(day: datetime.date | None) -> str:
    return gettext("announced on %(day)s") % {"day": _short(day)} if day else ""


def _delegation_words(delegates: Sequence[Delegate]) -> str:
    going = [one for one in delegates if not one.status or one.status in GOING]
    if not going:
        return ""
    sure = sum(one.is_named_and_sure for one in going)
    return gettext("%(sure)s of %(all)s named and confirmed") % {"sure": sure, "all": len(going)}


def _short(day: datetime.date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")
