"""Who travels along."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, WordField
from core.models import Part
from missions.models.mission import Mission
from partners.models import Contact, Organisation


class DelegateStatus(models.TextChoices):
    """How sure it is that they come along."""

    INVITED = "invited", _("invited")
    CONFIRMED = "confirmed", _("confirmed")
    TOOK_PART = "took_part", _("took part")
    EXCUSED = "excused", _("excused")
    REPLACED = "replaced", _("replaced")


# Who is counted on; nothing recorded yet is neither a yes nor a no.
GOING = (DelegateStatus.INVITED, DelegateStatus.CONFIRMED, DelegateStatus.TOOK_PART)
SURE = (DelegateStatus.CONFIRMED, DelegateStatus.TOOK_PART)


class DelegateRole(models.TextChoices):
    """Their place in the delegation."""

    HEAD = "head", _("head of delegation")
    MEMBER = "member", _("member")
    ADVISER = "adviser", _("cabinet adviser")
    INTERPRETER = "interpreter", _("interpreter")
    PRESS = "press", _("press")


class Delegate(Part):
    """A person, an organisation, or a group known only by a label ("companies and start-ups")."""

    part_of = "mission"

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="delegates", verbose_name=_("mission"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name=_("contact")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name=_("organisation")
    )
    label = LineField(_("or a description"), max_length=300, blank=True)
    role = WordField(_("role"), choices=DelegateRole.choices, blank=True)
    status = WordField(_("status"), choices=DelegateStatus.choices, blank=True)
    order = models.PositiveSmallIntegerField(_("order of precedence"), default=0)

    class Meta:
        verbose_name = _("member of the delegation")
        verbose_name_plural = _("delegation")
        ordering = ("order", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False) | Q(organisation__isnull=False) | ~Q(label=""),
                name="delegate_is_somebody",
                violation_error_message=_("Choose a contact or an organisation, or describe who it is."),
            )
        ]

    @property
    def is_named_and_sure(self) -> bool:
        """A person or organisation that said yes; not a group known by a description."""
        return self.status in SURE and (self.contact_id is not None or self.organisation_id is not None)

    def __str__(self) -> str:
        return " · ".join(str(name) for name in (self.contact, self.organisation, self.label) if name)
