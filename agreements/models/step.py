"""The life of an agreement: its steps, what each asks, and where it stands on a day.

A step taken out of its usual order is warned about, not refused: in force before signature exists.
"""

import datetime
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.agreement import Agreement, AgreementStatus
from agreements.models.terms import Term
from core.partial_dates import partial_date


class Stage(models.TextChoices):
    """Where a text stands on a day: the last step, and what follows from its dates."""

    IDEA = "idea", _("idea")
    NEGOTIATION = "negotiation", _("in negotiation")
    APPROVED = "approved", _("approved for signature")
    SIGNED = "signed", _("signed, not in effect")
    IN_EFFECT = "in_effect", _("in effect")
    ENDED = "ended", pgettext_lazy("agreement", "ended")
    TERMINATED = "terminated", _("terminated")
    REPLACED = "replaced", _("replaced")
    WITHDRAWN = "withdrawn", _("withdrawn")


# The way of a text that goes well, as a page draws it.
USUAL_WAY = (Stage.IDEA, Stage.NEGOTIATION, Stage.APPROVED, Stage.SIGNED, Stage.IN_EFFECT)


class Step(models.TextChoices):
    """What is decided about a text, in the order in which it usually happens."""

    NEGOTIATE = "negotiate", _("negotiation begun")
    APPROVE = "approve", _("approved for signature")
    SIGN = "sign", _("signed")
    TAKE_EFFECT = "take_effect", _("took effect")
    EVALUATE = "evaluate", _("evaluated")
    RENEW = "renew", _("renewed")
    AMEND = "amend", _("amended")
    REPLACE = "replace", _("replaced")
    LAPSE = "lapse", _("let lapse")
    EXPIRE = "expire", _("expired")
    TERMINATE = "terminate", _("terminated")
    WITHDRAW = "withdraw", _("withdrawn")
    CORRECT = "correct", _("status put right")


@dataclass(frozen=True)
class StepRule:
    """One line of the table of steps.

    `usually_from` are the stages in which the step is expected; `asks` the fields of the agreement it fills in;
    `needs` those that may not stay empty (`why` is the decision's own).
    """

    does: str | Promise  # what the button says
    usually_from: frozenset[Stage]
    leads_to: AgreementStatus | None = None  # None: the status stays
    asks: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    answers_notice: bool = False  # closes the reminders of a notice deadline
    ends_renewal: bool = False  # from then on the text is not renewed


BEFORE_SIGNATURE = frozenset({Stage.IDEA, Stage.NEGOTIATION, Stage.APPROVED})
AFTER_SIGNATURE = frozenset({Stage.SIGNED, Stage.IN_EFFECT, Stage.ENDED})
TERM = ("effective_on", "term_months", "ends_on", "is_indefinite", "renewal", "renewal_months", "notice_months")
WHY = frozenset({"why"})

STEPS: dict[Step, StepRule] = {
    Step.NEGOTIATE: StepRule(_("Begin negotiation"), frozenset({Stage.IDEA}), AgreementStatus.NEGOTIATION),
    Step.APPROVE: StepRule(
        _("Approve for signature"),
        frozenset({Stage.NEGOTIATION, Stage.APPROVED}),  # The parties approve one after the other.
        AgreementStatus.APPROVED,
        ("approvals",),
    ),
    Step.SIGN: StepRule(
        _("Record the signature"),
        frozenset({Stage.APPROVED, Stage.SIGNED}),  # Some sign later than others.
        AgreementStatus.SIGNED,
        ("signed_on", "signed_at_place", "signed_at_event", "signatures", "language", "originals"),
    ),
    Step.TAKE_EFFECT: StepRule(
        _("Record that it takes effect"),
        frozenset({Stage.SIGNED}),
        None,
        (*TERM, "evaluate_on"),
        frozenset({"effective_on"}),
    ),
    Step.EVALUATE: StepRule(
        _("Record an evaluation"), frozenset({Stage.IN_EFFECT, Stage.ENDED}), None, ("evaluate_on",), WHY
    ),
    Step.RENEW: StepRule(
        _("Renew"),
        frozenset({Stage.IN_EFFECT, Stage.ENDED}),
        None,
        ("ends_on", "evaluate_on"),
        WHY,
        answers_notice=True,
    ),
    Step.AMEND: StepRule(
        _("Amend"), frozenset({Stage.SIGNED, Stage.IN_EFFECT}), None, ("other", "ends_on"), WHY, answers_notice=True
    ),
    Step.REPLACE: StepRule(
        _("Replace by another text"),
        AFTER_SIGNATURE,
        AgreementStatus.REPLACED,
        ("replaced_by", "ends_on"),
        WHY,
        answers_notice=True,
    ),
    Step.LAPSE: StepRule(
        _("Let it lapse"),
        frozenset({Stage.SIGNED, Stage.IN_EFFECT}),
        None,
        ("ends_on",),
        WHY | {"ends_on"},
        answers_notice=True,
        ends_renewal=True,
    ),
    Step.EXPIRE: StepRule(
        _("Record that it expired"),
        frozenset({Stage.ENDED}),
        None,
        ("ends_on",),
        WHY | {"ends_on"},
        answers_notice=True,
        ends_renewal=True,
    ),
    Step.TERMINATE: StepRule(
        _("Terminate"),
        frozenset({Stage.SIGNED, Stage.IN_EFFECT}),
        AgreementStatus.TERMINATED,
        ("ends_on",),
        WHY,
        answers_notice=True,
    ),
    Step.WITHDRAW: StepRule(_("Withdraw"), BEFORE_SIGNATURE, AgreementStatus.WITHDRAWN, (), WHY),
    Step.CORRECT: StepRule(_("Put the status right"), frozenset(), None, ("status",), WHY | {"status"}),
}
ANSWERS_NOTICE = tuple(step for step, rule in STEPS.items() if rule.answers_notice)


# How far a status is on the way to signature; the others lie beside it.
_WAY_TO_SIGNATURE = {
    AgreementStatus.WITHDRAWN: -1,
    AgreementStatus.IDEA: 0,
    AgreementStatus.NEGOTIATION: 1,
    AgreementStatus.APPROVED: 2,
    AgreementStatus.SIGNED: 3,
}


def status_after(step: Step, status: AgreementStatus) -> AgreementStatus:
    """The status once the step is taken. What is recorded late (an approval, a signature) leads no text back.

    A text that was terminated or replaced and is renewed all the same is alive again.
    """
    leads_to = STEPS[step].leads_to
    if step == Step.RENEW and status in (AgreementStatus.TERMINATED, AgreementStatus.REPLACED):
        return AgreementStatus.SIGNED
    if leads_to is None:
        return status
    if leads_to in _WAY_TO_SIGNATURE and leads_to != AgreementStatus.WITHDRAWN:
        here = _WAY_TO_SIGNATURE.get(status, len(_WAY_TO_SIGNATURE))
        return leads_to if _WAY_TO_SIGNATURE[leads_to] > here else status
    return leads_to


def stage_of(agreement: Agreement, term: Term, *, on: datetime.date) -> Stage:
    """Where the text stands on that day; `term` is its term on that day."""
    if agreement.status != AgreementStatus.SIGNED:
        return Stage(agreement.status)
    if term.is_over:
        return Stage.ENDED
    effective = partial_date(agreement, "effective_on")
    return Stage.IN_EFFECT if effective is not None and effective.latest <= on else Stage.SIGNED


def usual_steps(stage: Stage) -> list[Step]:
    """The steps that are expected in this stage, in their order."""
    return [step for step, rule in STEPS.items() if stage in rule.usually_from]


def unusual_steps(stage: Stage) -> list[Step]:
    """All others: possible, and warned about."""
    return [step for step, rule in STEPS.items() if stage not in rule.usually_from]


def is_out_of_order(step: Step, stage: Stage) -> bool:
    """Whether a step is unexpected in this stage; putting a status right never is."""
    return step != Step.CORRECT and stage not in STEPS[step].usually_from
