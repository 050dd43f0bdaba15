"""Whether a text holds on a day, as conditions that both databases answer. `terms.py` reckons the same for one text."""

import calendar
import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import ExtractMonth, ExtractYear
from django.db.models.lookups import Exact, GreaterThan

from core.partial_dates import Precision


def has_begun(on: datetime.date) -> Q:
    """Took effect on or before that day: of a date known to its month or year, the whole of it is over."""
    begun = Q(effective_on__lte=on, effective_on_precision=Precision.DAY)
    for precision, first, is_over in (
        (Precision.MONTH, on.replace(day=1), _is_last_of_month(on)),
        (Precision.YEAR, on.replace(month=1, day=1), (on.month, on.day) == (12, 31)),
    ):
        limit = {"effective_on__lte" if is_over else "effective_on__lt": first}
        begun |= Q(effective_on_precision=precision, **limit)
    return begun


def _is_last_of_month(day: datetime.date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def not_over(on: datetime.date) -> Q:
    """No end on or before that day follows from what is recorded."""
    no_term_to_count = Q(term_months__isnull=True) | ~Q(effective_on_precision=Precision.DAY)
    no_end = Q(ends_on__isnull=True) & (no_term_to_count | _term_passes(on))
    return Q(ends_on__gt=on) | Q(renewal="tacit") | no_end


def lasts(on: datetime.date) -> Q:
    """Signed and not ended on that day, as far as recorded; or ended by a decision from a later day on."""
    ends_later = Q(status__in=("terminated", "replaced"), ends_on__gt=on)
    return Q(status="signed") & not_over(on) | ends_later


def _term_passes(on: datetime.date) -> Q:
    """The first term (whole months from the day of effect, clamped to the end of a month) ends after that day."""
    ends = ExtractYear("effective_on") * 12 + ExtractMonth("effective_on") + F("term_months")
    this_month = on.year * 12 + on.month
    later = GreaterThan(ends, Value(this_month))
    if _is_last_of_month(on):  # Whatever ends in this month has ended by its last day.
        return Q(later)
    same = Exact(ends, Value(this_month))
    return Q(later) | Q(same) & Q(effective_on__day__gt=on.day)


def by_signatures(agreement: Any, name: str) -> Case:
    """The field `name` of the latest signature, of a text that every party signed on a known day; else nothing.

    With a signature per party and no own day of signature, the latest signature counts.
    """
    signatures = agreement._meta.get_field("signatures").related_model._base_manager.filter(signed_on__isnull=False)
    parties = agreement._meta.get_field("parties").related_model._base_manager.filter(role="party")
    signed = signatures.filter(agreement=OuterRef("agreement"), on_behalf_of=OuterRef("organisation"))
    of_this = parties.filter(agreement=OuterRef("pk"))
    of_parties = {
        "on_behalf_of__agreement_parties__agreement": OuterRef("pk"),
        "on_behalf_of__agreement_parties__role": "party",
    }
    latest = signatures.filter(agreement=OuterRef("pk"), **of_parties).order_by("-signed_on", "-pk").values(name)[:1]
    is_by_all = Q(Exists(of_this)) & ~Q(Exists(of_this.filter(~Exists(signed))))
    return Case(When(is_by_all, then=Subquery(latest)), default=None)
