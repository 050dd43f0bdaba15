"""Ten partners with known histories, for the health of a relation: what happened, told in dates."""

import datetime
from collections.abc import Callable

from django.utils import timezone

from accounts.models import User
from core.actors import SYSTEM
from follow_ups.models import FollowUp
from partners.models import Organisation
from tests import factories as make

DAYS = tuple(map(datetime.date.fromisoformat, ("2024-12-31", "2025-06-30", "2025-12-31")))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def noon(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(f"{text}T12:00"))


def met(partner: Organisation, on: str, *kinds: str, **fields) -> None:
    """A meeting that took place, with the body itself and somebody new in each kind of post."""
    meeting = make.meeting(day=day(on), status="held", **fields)
    make.participant(meeting, organisation=partner)
    for kind in kinds:
        somebody(meeting, partner, kind)


def somebody(meeting, partner: Organisation, kind: str) -> None:
    """Always the same person for the same post of the same partner; a post without kind is noted as such."""
    position = partner.positions.filter(kind=kind).first() or make.position(make.contact(), partner, kind=kind)
    make.participant(meeting, contact=position.contact, position=position)


def promised(partner: Organisation, on: str, due: str | None = None, direction: str = "ours", **fields) -> FollowUp:
    """Recorded on that day."""
    promise = FollowUp(title="Promise", partner=partner, due_on=due and day(due), direction=direction, **fields)
    promise.save(by=SYSTEM, at=noon(on))
    return promise


def done(promise: FollowUp, on: str, *, recorded: str = "") -> None:
    """Done on that day; recorded then, unless said otherwise."""
    promise.complete("Done.", by=SYSTEM, on=day(on), at=noon(recorded or on))


def agreed(partner: Organisation, on: str, **fields):
    """Signed on that day, in effect since."""
    dates = {"signed_on": day(on), "signed_on_precision": "day"}
    dates |= {"effective_on": day(on), "effective_on_precision": "day"}
    agreement = make.agreement(status=fields.pop("status", "signed"), **dates, **fields)
    make.party(agreement, partner)
    return agreement


def nothing_on_record(partner: Organisation) -> None:
    """Only a name."""


def close_and_kept_up(partner: Organisation) -> None:
    """A key partner, met twice a year at every level, with promises kept and an MoU under evaluation."""
    for on in ("2023-05-15", "2023-11-15", "2024-05-15", "2024-11-15", "2025-05-15", "2025-11-15"):
        met(partner, on, "minister", "ceo", "adviser")
    for due in ("2024-06-30", "2024-12-15", "2025-06-15", "2025-12-15"):
        done(promised(partner, "2024-05-16", due), due)
        done(promised(partner, "2024-05-16", due, "theirs"), due)
    agreed(partner, "2023-11-15", evaluate_on=day("2026-11-15"), is_indefinite=True)


def left_alone(partner: Organisation) -> None:
    """Met twice long ago, never since; the MoU ran out in the summer of 2025."""
    met(partner, "2022-09-01", "minister")
    met(partner, "2023-09-01", "minister")
    agreed(partner, "2022-09-01", ends_on=day("2025-07-01"), renewal="none")


def ours_late(partner: Organisation) -> None:
    """Met every year, but our promises come late: one done late, one postponed, one still open."""
    for on in ("2023-03-01", "2024-03-01", "2025-03-01"):
        met(partner, on, "director")
    done(promised(partner, "2024-03-02", "2024-09-01"), "2024-10-01")
    postponed = promised(partner, "2024-03-02", "2024-12-01")
    postponed.postpone(day("2025-05-01"), "asked for by them", by=SYSTEM, at=noon("2024-11-15"))
    done(postponed, "2025-04-20")
    promised(partner, "2024-03-02", "2025-02-01")
    promised(partner, "2024-03-02")  # without a date: never counted


def theirs_late(partner: Organisation) -> None:
    """What they promised: one done in time but recorded much later, one dropped late, one dropped in time, one open."""
    for on in ("2023-10-01", "2024-10-01"):
        met(partner, on, "secretary_general")
    done(promised(partner, "2024-10-02", "2024-12-01", "theirs"), "2024-11-20", recorded="2025-08-01")
    late = promised(partner, "2024-10-02", "2025-01-15", "theirs")
    late.drop("no budget", by=SYSTEM, at=noon("2025-03-01"))
    in_time = promised(partner, "2024-10-02", "2025-04-01", "theirs")
    in_time.drop("no longer needed", by=SYSTEM, at=noon("2025-02-01"))
    promised(partner, "2024-10-02", "2025-09-01", "theirs")


def on_paper(partner: Organisation) -> None:
    """Three agreements, one replaced and one ended, and a meeting where the third was evaluated."""
    met(partner, "2023-02-01", "mayor")
    meeting = make.meeting(day=day("2025-02-01"), status="held")
    somebody(meeting, partner, "mayor")
    agreed(partner, "2020-01-01", status="replaced", ends_on=day("2025-02-01"))
    agreed(partner, "2021-01-01", term_months=48, renewal="none")
    third = agreed(partner, "2025-02-01", term_months=12, renewal="tacit", renewal_months=12)
    meeting.agreements.create(by=SYSTEM, agreement=third, treatment="evaluated")


def own_frequency(partner: Organisation) -> None:
    """To be met every three months."""
    for on in ("2023-12-01", "2024-10-31", "2024-12-20", "2025-04-15"):
        met(partner, on, "ambassador", "director")
    partner.contact_frequency_months = 3
    partner.save(by=SYSTEM)


def met_below(partner: Organisation) -> None:
    """Never met itself: an agency of its ministry was, and the ministry has the promises."""
    ministry = make.organisation("Ministry", parent=partner)
    agency = make.organisation("Agency", parent=ministry)
    met(agency, "2024-02-10", "director")
    met(agency, "2025-02-10", "director")
    done(promised(ministry, "2024-02-11", "2024-05-01"), "2024-04-30")


def without_names(partner: Organisation) -> None:
    """Met, but nobody wrote down whom; one was excused, and a meeting was cancelled."""
    met(partner, "2023-06-01")
    met(partner, "2024-06-01")
    excused = make.meeting(day=day("2025-06-01"), status="held")
    make.participant(excused, organisation=partner, attendance="excused")
    cancelled = make.meeting(day=day("2025-09-01"), status="cancelled")
    make.participant(cancelled, organisation=partner)


def promised_together(partner: Organisation) -> None:
    """Joint promises: one reopened after it was done, one due the day itself."""
    met(partner, "2023-12-31", "")
    met(partner, "2024-12-31", "")
    reopened = promised(partner, "2024-01-02", "2024-12-01", "joint")
    done(reopened, "2024-11-30")
    reopened.reopen("it was not what we agreed", by=SYSTEM, at=noon("2025-02-01"))
    done(reopened, "2025-10-01")
    promised(partner, "2024-01-02", "2025-06-30", "joint")
    promised(partner, "2024-01-02", "2024-01-31", "internal", kind="task")


HISTORIES: dict[str, tuple[int | None, Callable[[Organisation], None]]] = {
    "Nothing on record": (None, nothing_on_record),
    "Close and kept up": (1, close_and_kept_up),
    "Left alone": (2, left_alone),
    "Ours come late": (2, ours_late),
    "Theirs come late": (2, theirs_late),
    "On paper": (3, on_paper),
    "Every three months": (1, own_frequency),
    "Met below": (2, met_below),
    "Without names": (3, without_names),
    "Promised together": (None, promised_together),
}


def partners_with_histories() -> dict[str, Organisation]:
    """All ten, by name."""
    made = {}
    for name, (tier, history) in HISTORIES.items():
        made[name] = make.organisation(name, tier=tier)
        history(made[name])
    return made


def reader() -> User:
    """Who may read all of it."""
    return make.user(language="en")
