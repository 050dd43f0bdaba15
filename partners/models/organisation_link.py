"""How two organisations relate."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, WordField
from core.models import Part
from partners.models.organisation import Organisation


class LinkKind(models.TextChoices):
    """What the first organisation is to the second."""

    COUNTERPART = "counterpart", _("counterpart of")
    MEMBER = "member", _("member of")
    SUCCESSOR = "successor", _("successor of")
    PARTNER = "partner", _("partner of")


READ_BACKWARDS = {
    LinkKind.COUNTERPART: _("counterpart of"),
    LinkKind.MEMBER: _("has as member"),
    LinkKind.SUCCESSOR: _("succeeded by"),
    LinkKind.PARTNER: _("partner of"),
}


class OrganisationLink(Part):
    """CEA-Leti is the counterpart of imec; read from the other side it says the same."""

    part_of = "organisation"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="links", verbose_name=_("organisation"))
    kind = WordField(_("relation"), choices=LinkKind.choices)
    other = models.ForeignKey(
        Organisation, models.PROTECT, related_name="links_back", verbose_name=_("other organisation")
    )
    note = LineField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("relation with an organisation")
        verbose_name_plural = _("relations with organisations")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("other")),
                name="organisation_is_not_linked_to_itself",
                violation_error_message=_("Choose another organisation."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "other"],
                name="organisation_link_once",
                violation_error_message=_("This relation is already in the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display()} {self.other}"

    def read_backwards(self) -> str:
        """What the other organisation is to this one."""
        return str(READ_BACKWARDS[LinkKind(self.kind)])
