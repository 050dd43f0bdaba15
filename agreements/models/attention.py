"""Which agreements ask for attention, and why."""

import datetime
import functools
import operator
from typing import Any

from django.db import models
from django.db.models import Q

from agreements.models.agreement import AgreementStatus
from agreements.models.reminder import reminders, saying_decided_terms

LOOK_AHEAD = datetime.timedelta(days=91)


def to_look_at(rows: Any, *, on: datetime.date) -> Any:
    """An evaluation or end is near, a notice deadline asks for a decision, or nobody answers for it.

    Each row knows which, and until which term somebody decided; what is to be decided first stands first.
    """
    reasons = _reasons(on, [*reminders(rows.model._base_manager.all(), on=on)])
    wrapped = {name: models.ExpressionWrapper(reason, models.BooleanField()) for name, reason in reasons.items()}
    return saying_decided_terms(rows).annotate(**wrapped).filter(functools.reduce(operator.or_, reasons.values()))


def _reasons(on: datetime.date, to_decide: list[int]) -> dict[str, Q]:
    signed, tacit = Q(status=AgreementStatus.SIGNED), Q(renewal="tacit")
    running = signed & (Q(ends_on__isnull=True) | Q(ends_on__gt=on) | tacit)
    coming = Q(status__in=(AgreementStatus.NEGOTIATION, AgreementStatus.APPROVED))
    soon = on + LOOK_AHEAD
    return {
        "awaits_decision": Q(pk__in=to_decide),
        "evaluation_is_near": running & Q(evaluate_on__lte=soon),
        "end_is_near": signed & ~tacit & Q(ends_on__gt=on, ends_on__lte=soon),
        "lacks_lead": (running | coming) & Q(lead_department__isnull=True),
    }
