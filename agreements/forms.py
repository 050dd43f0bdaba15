"""One form for every step in the life of an agreement, made from the table of steps."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.actions import Taken, take_step
from agreements.models import Agreement, AgreementParty, AgreementStatus, Renewal, Signature, Step
from agreements.models.party import PartyRole
from agreements.models.step import STEPS
from agreements.models.terms import Term
from core.access import Viewer
from core.choices import choosable
from core.forms import DayField, PartialDateFormField, RecordField, say_what_is_empty
from core.generics import ModelChoiceField
from core.partial_dates import PartialDate, partial_date
from core.small_forms import VersionedForm
from core.text import clean_line
from partners.models import Contact, Organisation, Place

PARTIAL = ("signed_on", "effective_on")
# Of these steps the fields begin empty, and what stays empty stays as it is.
ONLY_WHAT_CHANGES = (Step.RENEW, Step.AMEND, Step.REPLACE, Step.TERMINATE)
MOST_SIGNATURES = 4  # that are added at once
LABELS: dict[tuple[Step, str], Any] = {
    (Step.EVALUATE, "why"): _("Conclusion"),
    (Step.EVALUATE, "decided_on"): _("Evaluated on"),
    (Step.EVALUATE, "evaluate_on"): _("Next evaluation"),
    (Step.RENEW, "ends_on"): _("Renewed until"),
    (Step.RENEW, "evaluate_on"): _("Next evaluation"),
    (Step.AMEND, "other"): _("Amended by"),
    (Step.AMEND, "ends_on"): _("New end date"),
    (Step.TERMINATE, "decided_on"): _("Notice given on"),
}
HELP: dict[tuple[Step, str], Any] = {
    (Step.AMEND, "other"): _("When it is recorded here. One that belongs to no text yet then belongs to this one."),
    (Step.RENEW, "ends_on"): _("The first day on which the text no longer holds. Left open: as it is."),
    (Step.AMEND, "ends_on"): _("Left open: as it is."),
    (Step.REPLACE, "ends_on"): _("The first day on which this text no longer holds, when it is known."),
    (Step.TERMINATE, "ends_on"): _("The first day on which the text no longer holds, when it is known."),
}


class StepForm(VersionedForm):
    """What a step asks, of one agreement and one user; `term` is the term that runs today."""

    def __init__(
        self, *args: Any, step: Step, agreement: Agreement, term: Term, parties: Sequence[AgreementParty], user: Viewer,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.step, self.agreement, self.term, self.user = step, agreement, term, user
        self.parties = [party for party in parties if party.role == PartyRole.PARTY]
        self.rule = STEPS[step]
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", agreement.version)
        if step not in (Step.SIGN, Step.TAKE_EFFECT, Step.CORRECT):
            self.fields["decided_on"] = PartialDateFormField(label=_("Decided on"), required=False)
        for name in self.rule.asks:
            self._ask(name)
        if step != Step.CORRECT:
            self.fields["reference"] = forms.CharField(
                label=_("Reference"), max_length=200, required=False, help_text=_("A decision, letter or file number.")
            )
        self.fields["why"] = forms.CharField(
            label=_("Why"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )
        for name, field in self.fields.items():
            field.required = field.required or name in self.rule.needs
            field.label = LABELS.get((step, name)) or capfirst(field.label)
            field.help_text = HELP.get((step, name), field.help_text)
            say_what_is_empty(field)

    def anew(self, data: QueryDict, stored: Any) -> "StepForm":
        return StepForm(data, step=self.step, agreement=stored, term=self.term, parties=self.parties, user=self.user)

    def _ask(self, name: str) -> None:
        if name == "approvals":
            self._ask_approvals()
        elif name == "signatures":
            self._ask_signatures()
        else:
            self.fields[name] = self._field(name)
            if self.step not in ONLY_WHAT_CHANGES:
                self.initial[name] = self._initial(name)

    def _initial(self, name: str) -> Any:
        if name in PARTIAL:
            return partial_date(self.agreement, name)
        if name == "ends_on" and self.rule.ends_renewal:
            return self.term.ends_on
        value = getattr(self.agreement, name)
        is_due = (self.step, name) == (Step.EVALUATE, "evaluate_on") and value and value <= timezone.localdate()
        if name == "status" or is_due:
            return None
        return getattr(value, "pk", value)

    def _field(self, name: str) -> forms.Field:
        if name in ("other", "replaced_by"):
            others = Agreement.objects.exclude(pk=self.agreement.pk)
            return self._record(others, "agreement-options", _("Replaced by"))
        model_field = cast("models.Field[Any, Any]", Agreement._meta.get_field(name))
        label = model_field.verbose_name
        if name == "signed_at_place":
            return self._record(Place.objects.all(), "place-options", label, self.agreement.signed_at_place_id)
        if name == "signed_at_event":
            return self._record(
                Organisation.objects.all(), "organisation-options", label, self.agreement.signed_at_event_id
            )
        if name == "status":
            choices = [one for one in AgreementStatus.choices if one[0] != self.agreement.status]
            return forms.ChoiceField(label=label, choices=[BLANK_CHOICE_DASH[0], *choices])
        if name in PARTIAL:
            return PartialDateFormField(label=label, required=False, validators=model_field.validators)
        if isinstance(model_field, models.DateField):
            return DayField(
                label=label, required=False, validators=model_field.validators, help_text=model_field.help_text
            )
        return cast(forms.Field, cast(Any, model_field).formfield(label=label))

    def _record(self, rows: Any, url_name: str, label: Any, chosen: int | None = None) -> RecordField:
        offered = choosable(rows, self.user, keeping=[] if chosen is None else [chosen])
        return RecordField(offered, url_name=url_name, label=label, required=False)

    def _ask_approvals(self) -> None:
        for party in self.parties:
            day, reference = f"approved_on_{party.pk}", f"approval_reference_{party.pk}"
            self.fields[day] = DayField(
                label=_("Approved on"), required=False, initial=party.approved_on,
                validators=AgreementParty._meta.get_field("approved_on").validators,
            )  # fmt: skip
            self.fields[reference] = forms.CharField(
                label=_("Reference of the approval"), max_length=200, required=False, initial=party.approval_reference
            )

    def _ask_signatures(self) -> None:
        bodies = Organisation.objects.filter(pk__in=[party.organisation_id for party in self.parties])
        for number in range(MOST_SIGNATURES):
            self.fields[f"signatory_{number}"] = self._record(Contact.objects.all(), "contact-options", _("Signatory"))
            self.fields[f"capacity_{number}"] = forms.CharField(
                label=_("In the capacity of"), max_length=300, required=False
            )
            self.fields[f"on_behalf_of_{number}"] = ModelChoiceField(bodies, label=_("On behalf of"), required=False)
            self.fields[f"signature_on_{number}"] = PartialDateFormField(
                label=_("Signed on, when on another day"), required=False, help_text="",
                validators=Signature._meta.get_field("signed_on").validators,
            )  # fmt: skip

    # As the page draws it.

    def main_fields(self) -> list[Any]:
        """The fields outside the rows of parties and signatures."""
        rows = {name for row in (*self.approval_rows(), *self.signature_rows()) for name in row["names"]}
        return [self[name] for name in self.fields if name not in rows and not self[name].is_hidden]

    def approval_rows(self) -> list[dict[str, Any]]:
        """Each party with its two fields."""
        if "approvals" not in self.rule.asks:
            return []
        return [
            self._row(party.organisation, (f"approved_on_{party.pk}", f"approval_reference_{party.pk}"))
            for party in self.parties
        ]

    def signature_rows(self) -> list[dict[str, Any]]:
        """Room for signatures that are not on record yet."""
        if "signatures" not in self.rule.asks:
            return []
        words = ("signatory", "capacity", "on_behalf_of", "signature_on")
        return [self._row(number + 1, [f"{word}_{number}" for word in words]) for number in range(MOST_SIGNATURES)]

    def _row(self, title: Any, names: Iterable[str]) -> dict[str, Any]:
        named = [*names]
        return {"title": title, "names": named, "fields": [self[name] for name in named]}

    # What was said.

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError."""
        cleaned = super().clean() or self.cleaned_data
        for number in range(MOST_SIGNATURES if "signatures" in self.rule.asks else 0):
            said = [cleaned.get(f"{word}_{number}") for word in ("capacity", "on_behalf_of", "signature_on")]
            if any(said) and not cleaned.get(f"signatory_{number}") and f"signatory_{number}" not in self.errors:
                self.add_error(f"signatory_{number}", _("Say who signed."))
        if self.step == Step.RENEW:
            self._check_renewal(cleaned)
        return cleaned

    def _check_renewal(self, cleaned: dict[str, Any]) -> None:
        ends_on, carries_on = cleaned.get("ends_on"), self.agreement.renewal == Renewal.TACIT
        if ends_on is None and self.term.ends_on is not None and not carries_on and "ends_on" not in self.errors:
            self.add_error("ends_on", ValidationError(_("Say until when it is renewed."), code="required"))
        if ends_on is not None and self.term.ends_on is not None and ends_on <= self.term.ends_on:
            self.add_error("ends_on", ValidationError(_("This is not later than the end it has now."), code="earlier"))

    def store(self, agreement: Agreement, *, by: User) -> None:
        """Takes the step. Raises ValidationError, StaleVersion."""
        take_step(agreement=cast(Agreement, self.read(agreement)), step=self.step, taken=self._taken(), by=by)

    def _taken(self) -> Taken:
        said = self.cleaned_data
        decided = cast(PartialDate | None, said.get("decided_on") or said.get("signed_on"))
        return Taken(
            decided=decided,
            why=said.get("why", ""),
            reference=said.get("reference", ""),
            facts=dict(self._facts()),
            approvals=self._approvals(),
            signatures=tuple(self._signatures()),
            other=said.get("other"),
        )

    def _facts(self) -> Iterable[tuple[str, Any]]:
        for name in self.rule.asks:
            if name in ("approvals", "signatures", "other"):
                continue
            value = self.cleaned_data.get(name)
            if value in (None, "") and self.step in ONLY_WHAT_CHANGES:
                continue
            if name in PARTIAL:
                yield f"{name}_precision", value.precision if value else ""
                value = value.date if value else None
            yield name, value

    def _approvals(self) -> dict[int, tuple[Any, str]]:
        if "approvals" not in self.rule.asks:
            return {}
        return {
            party.pk: (
                self.cleaned_data[f"approved_on_{party.pk}"],
                clean_line(self.cleaned_data[f"approval_reference_{party.pk}"]),
            )
            for party in self.parties
        }

    def _signatures(self) -> Iterable[Signature]:
        for number in range(MOST_SIGNATURES if "signatures" in self.rule.asks else 0):
            signatory = self.cleaned_data.get(f"signatory_{number}")
            if signatory is not None:
                day = cast(PartialDate | None, self.cleaned_data[f"signature_on_{number}"])
                yield Signature(
                    contact=signatory,
                    capacity=self.cleaned_data[f"capacity_{number}"],
                    on_behalf_of=self.cleaned_data[f"on_behalf_of_{number}"],
                    signed_on=day.date if day else None,
                    signed_on_precision=day.precision if day else "",
                )
