"""Bodies bound by, or present at, an agreement."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import Agreement
from core.access import Viewer
from core.fields import LineField, TreatyDateField, WordField
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
    approval_reference = LineField(_("reference of the approval"), max_length=200, blank=True)

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


@dataclass
class PartiesInShort:
    """The first parties of a text by name, and how many others it has."""

    names: list[str] = field(default_factory=list)
    others: int = 0


def parties_in_short(agreements: Iterable[int], *, user: Viewer, most: int = 5) -> dict[int, PartiesInShort]:
    """Of each of these texts (row numbers) at most so many parties by name, in one query; no entry without parties."""
    rows = AgreementParty.objects.all().visible_to(user).filter(agreement__in=agreements, role=PartyRole.PARTY)
    numbered = rows.annotate(
        nth=models.Window(RowNumber(), partition_by="agreement", order_by="pk"),
        among=models.Window(models.Count("pk"), partition_by="agreement"),
    )
    found: dict[int, PartiesInShort] = {}
    shown = numbered.filter(nth__lte=most).order_by("pk")
    for agreement, name, among in shown.values_list("agreement", "organisation__name", "among"):
        short = found.setdefault(agreement, PartiesInShort())
        short.names.append(name)
        short.others = among - len(short.names)
    return found
