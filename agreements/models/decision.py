"""What was decided about an agreement: lines that are added and never altered."""

from typing import Any, NoReturn, Self, cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import Agreement, AgreementStatus
from agreements.models.step import Step
from core.access import LevelField, Viewer
from core.actors import Writer, user_of
from core.fields import LineField, ProseField, TreatyDateField, WordField
from core.models.levelled import readable, readable_line
from core.partial_dates import PartialDate, PrecisionField, partial_date, precision_constraint


class AgreementDecisionQuerySet(models.QuerySet["AgreementDecision"]):
    """Decisions, with the readers of their agreement."""

    def visible_to(self, user: Viewer) -> Self:
        """Of the agreements this user may read, taken when the text was not above the user either.

        Each says as `sees_other` whether the other text it names is one that this user may read.
        """
        if not user.is_authenticated:
            return self.none()
        seen = self.filter(agreement__in=Agreement.objects.all().visible_to(user).values("pk"))
        sight = models.ExpressionWrapper(readable(Agreement, user, "other"), models.BooleanField())
        return seen.filter(readable_line(Agreement, user, record="agreement")).annotate(sees_other=sight)

    def update(self, **values: Any) -> NoReturn:
        raise TypeError("A decision is not altered.")

    def delete(self) -> NoReturn:
        raise TypeError("A decision is not removed.")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A decision is taken one by one; a conflict on the way could alter one.")


class AgreementDecision(models.Model):
    """One decision: which step, when it was taken, why, who wrote it down, and what it changed from what to what."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="decisions", verbose_name=_("agreement"))
    step = WordField(_("step"), choices=Step.choices)
    decided_on = TreatyDateField(_("decided on"), null=True, blank=True)
    decided_on_precision = PrecisionField()
    why = ProseField(_("why"), max_length=4000, blank=True)
    reference = LineField(_("reference"), max_length=200, blank=True)
    at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    level = LevelField(verbose_name=_("access level then"))
    status_from = WordField(_("status before"), choices=AgreementStatus.choices)
    status_to = WordField(_("status"), choices=AgreementStatus.choices)
    ends_from = TreatyDateField(_("end of the term before"), null=True, blank=True)
    ends_to = TreatyDateField(_("end of the term"), null=True, blank=True)
    about_term_ending = TreatyDateField(_("about the term ending on"), null=True, blank=True)
    other = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("other text")
    )

    objects = AgreementDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("-at", "-pk")
        constraints = [precision_constraint("decided_on", "agreement_decision_date_has_precision")]
        indexes = [models.Index(fields=["agreement", "-at", "-id"], name="agreement_decision_latest")]

    def __str__(self) -> str:
        return str(self.get_step_display())

    def save(self, *args: Any, by: Writer | None = None, **kwargs: Any) -> None:
        """Added once, signed. Raises TypeError on a second save, WriterUnknown when `by` is missing."""
        if not self._state.adding:
            raise TypeError("A decision is not altered.")
        self.by = cast(Any, user_of(by))
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises TypeError."""
        raise TypeError("A decision is not removed.")

    @property
    def decided(self) -> PartialDate | None:
        """The day of the decision as far as it is known."""
        return partial_date(self, "decided_on")

    @property
    def moved_the_end(self) -> bool:
        """Whether the end of the term is another one since."""
        return bool(self.ends_from != self.ends_to)

    @property
    def changed_status(self) -> bool:
        """Whether the status is another one since."""
        return bool(self.status_from != self.status_to)
