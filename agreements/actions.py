"""The steps in the life of an agreement: each changes what it must, and leaves a decision that stays."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import (
    Agreement,
    AgreementDecision,
    AgreementKind,
    AgreementParty,
    AgreementStatus,
    Renewal,
    Signature,
    Step,
)
from agreements.models.reminder import term_to_decide
from agreements.models.step import STEPS, status_after
from agreements.models.terms import term_of
from core.actors import Writer
from core.fields import TreatyDateField
from core.partial_dates import PartialDate
from core.text import clean_text

BELONGING_KINDS = (AgreementKind.AMENDMENT, AgreementKind.ANNEX, AgreementKind.WORKING_PROGRAMME)


@dataclass(frozen=True)
class Taken:
    """What a person says when a step is taken. What is not said stays as it is."""

    decided: PartialDate | None = None
    why: str = ""
    reference: str = ""
    facts: dict[str, Any] = field(default_factory=dict)  # Fields of the agreement, with their precision.
    approvals: dict[int, tuple[datetime.date | None, str]] = field(default_factory=dict)  # By the party's row number.
    signatures: tuple[Signature, ...] = ()
    other: Agreement | None = None


@transaction.atomic
def take_step(
    *, agreement: Agreement, step: Step, taken: Taken, by: Writer, at: datetime.datetime | None = None
) -> AgreementDecision:
    """Takes a step: stores what was said, and the decision. `at` is the moment to record, for imports of past work.

    Give `agreement` the version that the user had before their eyes. Raises ValidationError, StaleVersion.
    """
    rule, today = STEPS[step], timezone.localdate(at)
    taken = _locked(agreement, taken)
    status, before = agreement.status, term_of(agreement, on=today)
    about = _term_decided(agreement, step, taken, today) if rule.answers_notice else None
    why = clean_text(taken.why)
    if "why" in rule.needs and not why:
        raise ValidationError({"why": _("Say why.")}, code="required")
    _set(agreement, step, taken.facts)
    _store(agreement, why or taken.reference, by=by, at=at)
    _approve(agreement, taken.approvals, by=by)
    _sign(agreement, taken.signatures, by=by)
    if step == Step.AMEND and taken.other is not None:
        _adopt(agreement, taken.other, why, by=by)
    return _decision(
        agreement,
        step,
        taken,
        by=by,
        status_from=status,
        ends_from=_kept(before.ends_on),
        about_term_ending=_kept(about),
        why=why,
    )


def _locked(agreement: Agreement, taken: Taken) -> Taken:
    """The texts that this step touches, locked in one order for everybody, and the others as they are stored now."""
    others = {one.pk for one in (taken.other, taken.facts.get("replaced_by")) if one is not None}
    rows = Agreement._base_manager.select_for_update().filter(pk__in=others | {agreement.pk}).order_by("pk")
    stored = {row.pk: row for row in rows}
    facts = dict(taken.facts)
    if facts.get("replaced_by") is not None:
        facts["replaced_by"] = stored[facts["replaced_by"].pk]
    return replace(taken, facts=facts, other=stored[taken.other.pk] if taken.other is not None else None)


def _term_decided(agreement: Agreement, step: Step, taken: Taken, today: datetime.date) -> datetime.date | None:
    """The end of the term that this step decides about: the last one, of a text that is not renewed any more.

    An amendment is about the term only while a decision about it is asked for.
    """
    if STEPS[step].ends_renewal:
        return cast(datetime.date | None, taken.facts.get("ends_on"))
    return term_to_decide(agreement, on=today, only_if_asked=step == Step.AMEND)


def _set(agreement: Agreement, step: Step, facts: dict[str, Any]) -> None:
    rule = STEPS[step]
    for name, value in facts.items():
        setattr(agreement, name, value)
    agreement.status = status_after(step, AgreementStatus(agreement.status))
    if rule.ends_renewal:
        agreement.renewal, agreement.renewal_months = Renewal.NONE, None
    if facts.get("ends_on") is not None and not facts.get("is_indefinite"):
        agreement.is_indefinite = False
    agreement.clean_fields(exclude={one.name for one in Agreement._meta.fields} - set(facts))
    if "replaced_by" in facts:
        agreement.clean()
    agreement.validate_constraints()


def _store(agreement: Agreement, why: str, *, by: Writer, at: datetime.datetime | None) -> None:
    agreement._stepping = True  # type: ignore[attr-defined]  # Read by `Agreement.check_against`.
    try:
        agreement.save(by=by, why=why, at=at)
    finally:
        agreement._stepping = False  # type: ignore[attr-defined]


def _approve(agreement: Agreement, approvals: dict[int, tuple[datetime.date | None, str]], *, by: Writer) -> None:
    """What is not said stays: somebody else may have recorded it meanwhile."""
    for party in AgreementParty._base_manager.filter(agreement=agreement, pk__in=approvals):
        day, reference = approvals[party.pk]
        said = (day or party.approved_on, reference or party.approval_reference)
        if said != (party.approved_on, party.approval_reference):
            party.approved_on, party.approval_reference = said
            party.clean_fields()
            party.save(by=by)


def _sign(agreement: Agreement, signatures: tuple[Signature, ...], *, by: Writer) -> None:
    for signature in signatures:
        signature.agreement = agreement
        try:
            signature.full_clean()
        except ValidationError as error:
            raise ValidationError([f"{signature.contact}: {message}" for message in error.messages]) from None
        signature.save(by=by)


def _adopt(agreement: Agreement, amendment: Agreement, why: str, *, by: Writer) -> None:
    """An amendment, annex or working programme that belongs to nothing yet belongs to the text it amends.

    Never to a more closed one: it would vanish for those who read it today.
    """
    is_free = amendment.parent_id is None and amendment.pk != agreement.parent_id
    if not is_free or amendment.kind not in BELONGING_KINDS:
        return
    if amendment.level < agreement.level:
        words = _("“%(title)s” is more open than the text it amends: raise its access level first.")
        raise ValidationError({"other": words % {"title": amendment}}, code="more_open")
    amendment.parent = agreement
    amendment.clean()
    amendment.save(by=by, why=why)


def _kept(day: datetime.date | None) -> datetime.date | None:
    """A reckoned day, when it lies in the years that are kept; a term of a hundred years may end beyond them."""
    return day if day is not None and TreatyDateField.earliest <= day <= TreatyDateField.latest else None


def _decision(agreement: Agreement, step: Step, taken: Taken, *, by: Writer, **known: Any) -> AgreementDecision:
    other = taken.other or (agreement.replaced_by if step == Step.REPLACE else None)
    decision = AgreementDecision(
        agreement=agreement,
        step=step,
        decided_on=taken.decided.date if taken.decided else None,
        decided_on_precision=taken.decided.precision if taken.decided else "",
        reference=taken.reference,
        at=agreement.updated_at,
        level=agreement.level,
        status_to=agreement.status,
        ends_to=_kept(term_of(agreement, on=timezone.localdate(agreement.updated_at)).ends_on),
        other=other,
        **known,
    )
    decision.full_clean(exclude={"by"})
    decision.save(by=by)
    return decision
