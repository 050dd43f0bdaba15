"""What is odd about the dates of an agreement: said, never refused. In force before signature exists."""

from collections.abc import Iterable, Iterator

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from agreements.models.agreement import UNSIGNED, Agreement
from agreements.models.party import AgreementParty
from core.partial_dates import PartialDate


def oddities_of(agreement: Agreement, parties: Iterable[AgreementParty] = ()) -> list[str]:
    """Sentences in the reader's language; none when the dates follow each other as usual.

    A date known to its month or year is odd only when no day of it would do.
    """
    signed, effective = agreement.signed, agreement.effective
    return [*_of_signature(agreement, signed, effective), *_of_end(agreement, signed), *_of_approvals(parties, signed)]


def _of_signature(agreement: Agreement, signed: PartialDate | None, effective: PartialDate | None) -> Iterator[str]:
    if signed and effective and effective.latest < signed.earliest:
        yield _("It took effect (%(effective)s) before it was signed (%(signed)s).") % {
            "effective": effective,
            "signed": signed,
        }
    if signed and signed.earliest > timezone.localdate():
        yield _("The day of signature (%(signed)s) has yet to come.") % {"signed": signed}
    if agreement.status in UNSIGNED:
        if signed:
            yield _("A day of signature is recorded (%(signed)s), and the status says: %(status)s.") % {
                "signed": signed,
                "status": agreement.get_status_display(),
            }
        elif effective:
            yield _("A day of effect is recorded (%(effective)s), and the status says: %(status)s.") % {
                "effective": effective,
                "status": agreement.get_status_display(),
            }


def _of_end(agreement: Agreement, signed: PartialDate | None) -> Iterator[str]:
    if signed and agreement.ends_on and agreement.ends_on <= signed.earliest:
        yield _("It ended (%(end)s) before it was signed (%(signed)s).") % {
            "end": formats.date_format(agreement.ends_on),
            "signed": signed,
        }


def _of_approvals(parties: Iterable[AgreementParty], signed: PartialDate | None) -> Iterator[str]:
    for party in parties:
        if signed and party.approved_on and party.approved_on > signed.latest:
            yield _("%(party)s approved it (%(approved)s) after it was signed (%(signed)s).") % {
                "party": party.organisation,
                "approved": formats.date_format(party.approved_on),
                "signed": signed,
            }
