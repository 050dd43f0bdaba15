"""How long an agreement holds, and until when notice can be given: the sum behind its dates.

Terms count in whole months from the original date and are clamped once, to the end of a month. A tacit renewal counts
from the current term. Notice given on the last day of notice counts.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agreements.models.agreement import Agreement, AgreementStatus, Renewal
from core.months import months_later
from core.partial_dates import Precision

TERM_FIELDS = (
    "effective_on",
    "effective_on_precision",
    "term_months",
    "ends_on",
    "is_indefinite",
    "renewal",
    "renewal_months",
    "notice_months",
)


@dataclass(frozen=True)
class Term:
    """The term that runs on a day, or the last one. What does not follow from what is recorded is None."""

    ends_on: datetime.date | None  # the first day on which the text no longer holds
    last_notice_on: datetime.date | None  # notice given on that day still counts
    renewals: int  # tacit ones, so far
    is_over: bool
    counted_from: datetime.date | None = None  # the day of effect, where a duration gives the end
    renewed_on: datetime.date | None = None  # the day on which the term before it ended, of a tacit renewal


def term_of(agreement: Agreement, *, on: datetime.date) -> Term:
    """The term of this agreement on that day."""
    origin, months = _first_term(agreement)
    if origin is None:
        return Term(None, None, 0, is_over=False)
    counted_from = origin if months else None
    by = agreement.renewal_months if agreement.renewal == Renewal.TACIT else None
    passed = (on.year - origin.year) * 12 + on.month - origin.month - months
    renewals = max(passed, 0) // by if by else 0
    if by and months_later(origin, months + renewals * by) <= on:
        renewals += 1
    ends_on = months_later(origin, months + renewals * by if by else months)
    notice = agreement.notice_months
    carries_on = agreement.renewal == Renewal.TACIT and not by  # By how much is not recorded: no end is known.
    if carries_on and ends_on <= on:
        return Term(None, None, 0, is_over=False, counted_from=counted_from)
    last_notice_on = None if notice is None else months_later(ends_on, -notice)
    renewed_on = months_later(origin, months + (renewals - 1) * by) if by and renewals else None
    return Term(ends_on, last_notice_on, renewals, ends_on <= on, counted_from, renewed_on)


def with_terms(rows: Iterable[Any], *, on: datetime.date) -> list[Any]:
    """The same agreements, each saying as `term` its term on that day when it is signed, else None."""
    found = list(rows)
    for row in found:
        row.term = term_of(row, on=on) if row.status == AgreementStatus.SIGNED else None
    return found


def renewing_tacitly(rows: Any, *, on: datetime.date, until: datetime.date) -> Any:
    """Signed texts that renew by themselves and whose current term, that day, ends on `until` or before.

    Which they are is reckoned here, from what is stored of each (one query): the sum is not one for a database.
    """
    tacit = rows.model._base_manager.filter(status=AgreementStatus.SIGNED, renewal=Renewal.TACIT)
    ends = {agreement.pk: term_of(agreement, on=on).ends_on for agreement in tacit.only(*TERM_FIELDS)}
    return rows.filter(pk__in=[pk for pk, ends_on in ends.items() if ends_on is not None and ends_on <= until])


def _first_term(agreement: Agreement) -> tuple[datetime.date | None, int]:
    """The day from which to count and the months to the end of the first term; no day when that is not recorded."""
    if agreement.is_indefinite:
        return None, 0
    if agreement.ends_on is not None:
        return agreement.ends_on, 0
    if agreement.term_months is None or agreement.effective_on_precision != Precision.DAY:
        return None, 0
    return agreement.effective_on, agreement.term_months
