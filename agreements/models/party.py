"""Bodies bound by, or present at, an agreement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import Agreement
from core.fields import TreatyDateField, WordField
from core.models import Part
from partners.models import Organisation


class PartyRole(models.TextChoices):
    """In what role a body stands in the text."""

    PARTY = "party", _("party")
    WITNESS = "witness", _("witness")
    DEPOSITARY = "depositary", _("depositary")


class AgreementParty(Part):
    """A party (a body, not a person), with its approval when that is recorded."""

    part_of = "agreement"

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties", verbose_name=_("agreement"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreement_parties", verbose_name=_("organisation")
    )
    role = WordField(_("role"), choices=PartyRole.choices, default=PartyRole.PARTY)
    approved_on = TreatyDateField(_("approved on"), null=True, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation", "role"],
                name="agreement_party_once",
                violation_error_message=_("This organisation is already in the list."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
