"""Reminders of a last day of notice: read from the dates and the decisions, until somebody decides.

They begin 90, 60, 30 and 14 days before the last day on which notice still counts. A day that passed closes nothing:
only a recorded decision about that term does, or the reminder of the next term, which asks the same.
"""

import datetime
from dataclasses import dataclass
from typing import Any, cast

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import Role
from agreements.models.agreement import Agreement, AgreementStatus, Renewal
from agreements.models.decision import AgreementDecision
from agreements.models.step import ANSWERS_NOTICE, Step
from agreements.models.terms import TERM_FIELDS, Term, term_of
from core.access import AccessLevel
from core.joined import BETWEEN, joined

DAYS_BEFORE = (90, 60, 30, 14)
ONE_DAY = datetime.timedelta(days=1)


class ReminderState(models.TextChoices):
    """How pressing it is."""

    NEAR = "near", _("to decide")
    MISSED = "missed", _("last day of notice missed")
    RENEWED = "renewed", _("renewed by itself, nobody decided")
    ENDED = "ended", _("ended, nobody decided")


@dataclass(frozen=True)
class Reminder:
    """Somebody must decide about a term. `days_before` is the mark that was passed last: 90, 60, 30 or 14."""

    ends_on: datetime.date
    last_notice_on: datetime.date
    days_before: int
    state: ReminderState


def reminder_of(agreement: Agreement, *, on: datetime.date) -> Reminder | None:
    """What this signed agreement asks to be decided on that day, if anything: the latest term that asks.

    The row says `decided_terms` (`saying_decided_terms`).
    """
    term = term_of(agreement, on=on)
    terms = [term, term_of(agreement, on=term.renewed_on - ONE_DAY)] if term.renewed_on else [term]
    asked = next((one for one in terms if _asks(one, agreement, on)), None)
    if asked is None or is_decided(asked, agreement):
        return None
    return _reminder(asked, agreement, on)


def is_decided(term: Term, agreement: Agreement) -> bool:
    """Whether somebody decided about this term of an agreement that says `decided_terms`."""
    decided = (agreement.decided_terms or "").split(BETWEEN)  # type: ignore[attr-defined]  # Annotated.
    return term.ends_on is not None and term.ends_on.isoformat() in decided


def _asks(term: Term, agreement: Agreement, on: datetime.date) -> bool:
    """Whether its last day of notice is at most 90 days away, or passed since the agreement is on record."""
    if term.last_notice_on is None or (term.last_notice_on - on).days > DAYS_BEFORE[0]:
        return False
    return term.last_notice_on >= min(on, timezone.localdate(agreement.created_at))


def _reminder(term: Term, agreement: Agreement, on: datetime.date) -> Reminder:
    ends_on, last_notice_on = cast(datetime.date, term.ends_on), cast(datetime.date, term.last_notice_on)
    passed = [days for days in DAYS_BEFORE if (last_notice_on - on).days <= days]
    state = ReminderState.NEAR if last_notice_on >= on else ReminderState.MISSED
    if ends_on <= on:
        state = ReminderState.RENEWED if agreement.renewal == Renewal.TACIT else ReminderState.ENDED
    return Reminder(ends_on, last_notice_on, passed[-1], state)


def term_to_decide(agreement: Agreement, *, on: datetime.date, only_if_asked: bool = False) -> datetime.date | None:
    """The end of the term that a decision taken on that day is about.

    None when no end follows from what is recorded; with `only_if_asked` also when no reminder stands.
    """
    stored = saying_decided_terms(Agreement._base_manager.all()).get(pk=agreement.pk)
    reminder = reminder_of(stored, on=on) if stored.status == AgreementStatus.SIGNED else None
    if reminder is not None:
        return reminder.ends_on
    return None if only_if_asked else term_of(stored, on=on).ends_on


def saying_decided_terms(rows: Any) -> Any:
    """Says of each row, as `decided_terms`, the ends of the terms about which somebody decided, as one text.

    What was decided before the status was put right counts no more.
    """
    decisions = AgreementDecision._base_manager.filter(agreement=OuterRef("pk"), step__in=ANSWERS_NOTICE)
    corrected = AgreementDecision._base_manager.filter(
        agreement=OuterRef("agreement"), step=Step.CORRECT, pk__gt=OuterRef("pk")
    )
    standing = decisions.filter(~Exists(corrected), about_term_ending__isnull=False)
    return rows.annotate(decided_terms=joined(standing, Cast("about_term_ending", models.CharField())))


def reminders(rows: Any, *, on: datetime.date) -> dict[int, Reminder]:
    """Of the signed among these rows, by row number: what is to be decided on that day (one query).

    Reckoned here from what is stored of each: the sum is not one for a database.
    """
    known = _with_deadline(rows).order_by().only(*TERM_FIELDS, "created_at")
    found = {agreement.pk: reminder_of(agreement, on=on) for agreement in known}
    return {pk: reminder for pk, reminder in found.items() if reminder is not None}


def _with_deadline(rows: Any) -> Any:
    """The signed ones of which a notice period is recorded, each with `decided_terms`."""
    asked = rows.filter(status=AgreementStatus.SIGNED, notice_months__isnull=False, is_indefinite=False)
    return saying_decided_terms(asked)


def awaiting_decision(rows: Any, *, on: datetime.date) -> Any:
    """Those of which a notice deadline is near or was missed, and nobody recorded a decision."""
    return rows.filter(pk__in=list(reminders(rows.model._base_manager.all(), on=on)))


def to_decide_by(user: User, *, on: datetime.date) -> list[Agreement]:
    """Those that await a decision on that day and that this user answers for, each with its `reminder` (one query).

    The owner answers; without an owner who still works here, the colleagues of the lead department; without anybody
    there, or when these may not read it, the managers.
    """
    colleagues = User.objects.who_can_own_work()
    alone = Q(owner__isnull=True) | ~Q(owner__in=colleagues.values("pk"))
    leading = colleagues.filter(department=OuterRef("lead_department"))
    mine = Q(owner=user.pk)
    if user.department_id is not None:
        mine |= alone & Q(lead_department=user.department_id)
    if user.role == Role.MANAGER:
        mine |= alone & (Q(lead_department__isnull=True) | ~Exists(leading) | Q(level=AccessLevel.CONFIDENTIAL))
    found = list(_with_deadline(Agreement.objects.all().visible_to(user).current().filter(mine).in_order()))
    for agreement in found:
        agreement.reminder = reminder_of(agreement, on=on)
    asking = [agreement for agreement in found if agreement.reminder is not None]
    return sorted(asking, key=lambda agreement: agreement.reminder.last_notice_on)
