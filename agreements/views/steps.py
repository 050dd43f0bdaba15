"""The life of an agreement: where it stands, what was decided, and a page for every step."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.rights import Right, require
from agreements.forms import StepForm
from agreements.models import Agreement, AgreementDecision, AgreementParty, Renewal, Signature, Stage, Step
from agreements.models.oddities import oddities_of
from agreements.models.reminder import is_decided, reminder_of, saying_decided_terms
from agreements.models.step import STEPS, USUAL_WAY, is_out_of_order, stage_of, unusual_steps, usual_steps
from agreements.models.terms import Term, term_of
from core.access import Viewer
from core.merging import Merge
from core.models import Submission
from core.small_forms import SmallForm, status_of
from core.views import find

SLUGS = {step: step.value.replace("_", "-") for step in Step}  # As they stand in an address.


@require_GET
def agreement_steps(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the text stands today, the steps from here, and every decision so far."""
    known = saying_decided_terms(Agreement.objects.all().saying_last_signature())
    rows = known.seeing(request.user, "parent", "replaced_by")
    agreement = cast(Any, find(rows.select_related("parent", "replaced_by"), request.user, pk))
    life = life_of(agreement, term_of(agreement, on=timezone.localdate()))
    context = {
        "agreement": agreement,
        **life,
        "unusual": [offer(step) for step in unusual_steps(life["stage"])],
        "decisions": decisions_of(pk, request.user),
        "oddities": oddities_of(agreement, parties_with_names(pk, request.user)),
    }
    return render(request, "agreements/agreement_steps.html", context)


def life_of(agreement: Any, term: Term) -> dict[str, Any]:
    """The stage of today, the usual way with the part already gone, the next steps, and what is to be decided.

    The agreement says `decided_terms`.
    """
    today = timezone.localdate()
    stage = stage_of(agreement, term, on=today)
    gone = USUAL_WAY.index(stage) if stage in USUAL_WAY else None
    usual = [step for step in usual_steps(stage) if step != Step.EXPIRE or not is_decided(term, agreement)]
    return {
        "stage": stage,
        "way": [(one.label, gone is not None and number <= gone, one == stage) for number, one in enumerate(USUAL_WAY)],
        "is_off_the_way": gone is None,
        "next_steps": [offer(step) for step in _onward_first(usual, agreement.status)],
        "reminder": reminder_of(agreement, on=today) if stage in (Stage.SIGNED, Stage.IN_EFFECT, Stage.ENDED) else None,
        "answers": [offer(step) for step in (Step.RENEW, Step.AMEND, Step.LAPSE, Step.TERMINATE)],
    }


def _onward_first(steps: list[Step], status: str) -> list[Step]:
    """The first that leads on comes before what completes the stage the text is in: one more approval or signature."""
    onward = [step for step in steps if STEPS[step].leads_to != status][:1]
    return [*onward, *(step for step in steps if step not in onward)]


def offer(step: Step) -> dict[str, Any]:
    """A step as a button: where it leads and what it says."""
    return {"step": step, "url_name": f"agreement-step-{SLUGS[step]}", "label": STEPS[step].does}


def decisions_of(agreement: int, user: Viewer) -> list[AgreementDecision]:
    """What was decided, the latest first."""
    decisions = AgreementDecision.objects.all().visible_to(user).filter(agreement=agreement)
    return list(decisions.select_related("by", "other").order_by("-at", "-pk"))


def parties_with_names(agreement: int, user: Viewer) -> list[AgreementParty]:
    """The parties with their organisations."""
    parties = AgreementParty.objects.all().visible_to(user).filter(agreement=agreement)
    return list(parties.select_related("organisation"))


class TakeStep(SmallForm):
    """One step: what it asks, warned about when it is out of the usual order, and stored once however often sent."""

    step: Step = Step.NEGOTIATE

    def find(self, request: HttpRequest, pk: int) -> Agreement:
        rows = Agreement.objects.all().seeing(request.user, "parent", "replaced_by").select_related("parent")
        agreement = cast(Agreement, find(rows, request.user, pk))
        require(request.user, Right.WRITE)
        return agreement

    def form(self, request: HttpRequest, record: Agreement) -> StepForm:
        return self._form(request, record, request.POST)

    def _form(self, request: HttpRequest, record: Agreement, *data: Any) -> StepForm:
        return StepForm(
            *data,
            step=self.step,
            agreement=record,
            term=term_of(record, on=timezone.localdate()),
            parties=parties_with_names(record.pk, request.user),
            user=request.user,
        )

    def store(self, request: HttpRequest, record: Agreement, form: StepForm) -> None:
        submission = Submission.take(request.POST.get("submission", ""), request.user)
        if submission.is_repeated:
            return
        super().store(request, record, form)
        submission.answered_with(self.next(request, record))
        stored = find(Agreement.objects.all().saying_last_signature(), request.user, record.pk)
        for oddity in oddities_of(stored, parties_with_names(record.pk, request.user)):
            messages.warning(request, oddity)

    def page(
        self, request: HttpRequest, record: Agreement, form: StepForm | None, merge: Merge | None = None
    ) -> HttpResponse:
        shown = form or self._form(request, record)
        stage = stage_of(record, shown.term, on=timezone.localdate())
        context = {
            "agreement": record,
            "form": shown,
            "title": STEPS[self.step].does,
            "stage": stage,
            "is_out_of_order": is_out_of_order(self.step, stage),
            "carries_on": self._carries_on(record, shown.term),
            "signatures": self._signatures(record, request.user),
            "submission": request.POST.get("submission") or Submission.new_token(),
            "merge": merge,
        }
        return render(request, "agreements/agreement_step.html", context, status=status_of(form, merge))

    def _carries_on(self, record: Agreement, term: Term) -> bool:
        """Whether it is too late to stop the renewal that comes."""
        is_late = term.last_notice_on is not None and term.last_notice_on < timezone.localdate()
        return self.step == Step.LAPSE and record.renewal == Renewal.TACIT and is_late

    def _signatures(self, record: Agreement, user: Viewer) -> list[Signature]:
        if self.step != Step.SIGN:
            return []
        signatures = Signature.objects.all().visible_to(user).filter(agreement=record.pk)
        return list(signatures.select_related("contact", "position", "on_behalf_of"))

    def done(self, record: Agreement) -> str:
        return _("“%(title)s”: %(step)s.") % {"title": record, "step": self.step.label}

    def next(self, request: HttpRequest, record: Agreement) -> str:
        return f"{reverse('agreement-steps', args=[record.pk])}#decisions"
