"""People who signed, in the capacity of the day."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import Agreement
from core.fields import LineField, TreatyDateField
from core.models import Part
from core.partial_dates import PartialDate, PrecisionField, partial_date, precision_constraint
from partners.models import Contact, Organisation, Position


class Signature(Part):
    """A signature: who, in which capacity, on behalf of whom, when. What is not recorded stays empty."""

    part_of = "agreement"

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures", verbose_name=_("agreement"))
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="signatures", verbose_name=_("signatory"))
    position = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, related_name="signatures", verbose_name=_("position held then")
    )
    capacity = LineField(_("in the capacity of (as printed)"), max_length=300, blank=True)
    on_behalf_of = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signatures_given",
        verbose_name=_("on behalf of"),
    )
    signed_on = TreatyDateField(_("signed on"), null=True, blank=True)
    signed_on_precision = PrecisionField()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ("pk",)
        constraints = [
            precision_constraint("signed_on", "signature_date_has_precision"),
            models.UniqueConstraint(
                fields=["agreement", "contact", "on_behalf_of"],
                name="signature_once_per_person_and_body",
                violation_error_message=_("This signature is already in the list."),
            ),
            models.UniqueConstraint(
                fields=["agreement", "contact"],
                condition=models.Q(on_behalf_of__isnull=True),
                name="signature_once_per_person",
                violation_error_message=_("This signature is already in the list."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact)

    def clean(self) -> None:
        """The position is one of the signatory's own. Raises ValidationError."""
        super().clean()
        if self.position is not None and self.position.contact_id != self.contact_id:
            raise ValidationError({"position": _("This position belongs to someone else.")})

    @property
    def signed(self) -> PartialDate | None:
        """The day of this signature as far as it is known."""
        return partial_date(self, "signed_on")

    @property
    def capacity_shown(self) -> str:
        """As printed, else the title of the position; empty when not recorded."""
        return str(self.capacity or (self.position.title if self.position else ""))
