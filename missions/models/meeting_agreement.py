"""What a meeting did with an agreement."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from core.access import Viewer
from core.fields import WordField
from core.models import Part, PartQuerySet
from missions.models.meeting import Meeting


class Treatment(models.TextChoices):
    """Discussed, signed or evaluated."""

    DISCUSSED = "discussed", _("discussed")
    SIGNED = "signed", _("signed")
    EVALUATED = "evaluated", _("evaluated")


class MeetingAgreementQuerySet(PartQuerySet["MeetingAgreement"]):
    """Words about agreements on the table."""

    def visible_to(self, user: Viewer) -> Self:
        """Of a meeting and about an agreement that this user may both read."""
        return super().visible_to(user).filter(agreement__in=Agreement.objects.all().visible_to(user).values("pk"))


MeetingAgreementManager = models.Manager.from_queryset(MeetingAgreementQuerySet)


class MeetingAgreement(Part):
    """An agreement on the table of a meeting."""

    part_of = "meeting"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agreements", verbose_name=_("meeting"))
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="meetings", verbose_name=_("agreement"))
    treatment = WordField(_("what happened"), choices=Treatment.choices, default=Treatment.DISCUSSED)

    objects: ClassVar[MeetingAgreementManager[Any]] = MeetingAgreementManager()

    class Meta:
        verbose_name = _("agreement discussed or signed")
        verbose_name_plural = _("agreements discussed or signed")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "agreement", "treatment"],
                name="meeting_agreement_once",
                violation_error_message=_("This agreement is already in the list."),
            )
        ]

    def __str__(self) -> str:
        return str(self.agreement)

    @property
    def is_signing(self) -> bool:
        """Whether the text was signed there, in a meeting that took place."""
        return self.treatment == Treatment.SIGNED and self.meeting.is_settled
