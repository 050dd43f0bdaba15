"""The sum behind an agreement's dates, in one sentence that says every day it rests on."""

import datetime

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models.agreement import Agreement, Renewal
from agreements.models.terms import Term


def in_words(agreement: Agreement, term: Term, *, on: datetime.date) -> str:
    """What follows from the dates on that day, for a signed text, in the reader's language.

    As "Signed for 3 years from 1 August 2020; renewed once by 12 months; the current term ends on 1 August 2024, the
    first day on which the text no longer holds; to stop it, write on or before 1 May 2024."
    """
    if agreement.is_indefinite:
        parts = [_("of indefinite duration"), *_notice_of_indefinite(agreement)]
    elif term.ends_on is None:
        parts = [*_beginning(agreement, term), _("when it ends does not follow from what is recorded")]
    else:
        parts = [*_beginning(agreement, term), *_renewals(agreement, term), *_end(agreement, term, on)]
    return f"{capfirst('; '.join(parts))}."


def _months(months: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def _years_or_months(months: int) -> str:
    """In years when these are whole: "3 years", "18 months"."""
    years, rest = divmod(months, 12)
    return _months(months) if rest else ngettext("%(count)s year", "%(count)s years", years) % {"count": years}


def _notice_of_indefinite(agreement: Agreement) -> list[str]:
    if agreement.notice_months is None:
        return []
    said = _("it can be ended by notice of %(months)s, counted from the letter")
    return [said % {"months": _months(agreement.notice_months)}]


def _beginning(agreement: Agreement, term: Term) -> list[str]:
    if term.counted_from is not None and agreement.term_months:
        said = _("signed for %(months)s from %(day)s")
        return [said % {"months": _years_or_months(agreement.term_months), "day": _day(term.counted_from)}]
    if term.renewals and agreement.ends_on is not None:
        return [_("its first term ended on %(day)s") % {"day": _day(agreement.ends_on)}]
    return []


def _renewals(agreement: Agreement, term: Term) -> list[str]:
    if not term.renewals or not agreement.renewal_months:
        return []
    said = ngettext("renewed once by %(months)s", "renewed %(count)s times by %(months)s", term.renewals)
    return [said % {"count": term.renewals, "months": _months(agreement.renewal_months)}]


def _end(agreement: Agreement, term: Term, on: datetime.date) -> list[str]:
    if term.ends_on is None:
        return []
    if term.is_over:
        said = [_("ended: it no longer holds since %(day)s") % {"day": _day(term.ends_on)}]
        return [*said, _("whether it was renewed is not recorded")] if agreement.renewal == Renewal.UNKNOWN else said
    ends = _("the current term ends on %(day)s, the first day on which the text no longer holds")
    return [ends % {"day": _day(term.ends_on)}, *_notice(agreement, term, on)]


def _notice(agreement: Agreement, term: Term, on: datetime.date) -> list[str]:
    is_tacit = agreement.renewal == Renewal.TACIT
    if term.last_notice_on is None:
        return [_("until when notice can be given does not follow from what is recorded")] if is_tacit else []
    if term.last_notice_on < on:
        said = _("notice could be given until %(day)s, which is past")
    elif is_tacit:
        said = _("to stop it, write on or before %(day)s")
    else:
        said = _("notice can be given on or before %(day)s")
    return [said % {"day": _day(term.last_notice_on)}]


def _day(day: datetime.date) -> str:
    return str(formats.date_format(day))
