"""Who sat at the table, on which side, in which capacity that day."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, WordField
from core.models import Part, PartQuerySet
from missions.models.meeting import Meeting
from partners.models import Contact, Organisation, Position


class ParticipantSide(models.TextChoices):
    """Which side of the table."""

    OWN = "own", _("our side")
    PARTNER = "partner", _("their side")


class ParticipantRole(models.TextChoices):
    """What they did there."""

    HOST = "host", _("host")
    CHAIR = "chair", _("chair")
    SPEAKER = "speaker", _("speaker")
    SIGNATORY = "signatory", _("signatory")
    INTERPRETER = "interpreter", _("interpreter")
    NOTE_TAKER = "note_taker", _("note taker")


class Attendance(models.TextChoices):
    """Whether they came."""

    EXPECTED = "expected", _("expected")
    PRESENT = "present", _("present")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")
    REPLACED = "replaced", _("replaced")


class ParticipantQuerySet(PartQuerySet["Participant"]):
    """Words about who sat at the table."""

    def only_partner(self) -> int | None:
        """The one organisation (row number) on their side, by itself or through the position of somebody there.

        None when there are none or several.
        """
        theirs = self.filter(side=ParticipantSide.PARTNER)
        found = {pk for pair in theirs.values_list("organisation", "position__organisation") for pk in pair if pk}
        return found.pop() if len(found) == 1 else None


ParticipantManager = models.Manager.from_queryset(ParticipantQuerySet)


class Participant(Part):
    """A person, an organisation, both, or a group known only by a label; labels are not organisations."""

    part_of = "meeting"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participants", verbose_name=_("meeting"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="participations", verbose_name=_("contact")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("organisation"),
    )
    label = LineField(_("or a description"), max_length=300, blank=True)
    side = WordField(_("side"), choices=ParticipantSide.choices, default=ParticipantSide.PARTNER, max_length=10)
    position = models.ForeignKey(
        Position,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("position held that day"),
    )
    capacity = LineField(_("in the capacity of (as printed)"), max_length=300, blank=True)
    role = WordField(_("role"), choices=ParticipantRole.choices, blank=True)
    attendance = WordField(_("attendance"), choices=Attendance.choices, blank=True)

    objects: ClassVar[ParticipantManager[Any]] = ParticipantManager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ("side", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False) | Q(organisation__isnull=False) | ~Q(label=""),
                name="participant_is_somebody",
                violation_error_message=_("Choose a contact or an organisation, or describe who it is."),
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(contact__isnull=False),
                name="participant_with_a_position_is_a_person",
                violation_error_message=_("A position is held by a person; choose the contact too."),
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(str(name) for name in (self.contact, self.organisation, self.label) if name)

    def clean(self) -> None:
        """The position is one of the contact's own. Raises ValidationError."""
        super().clean()
        if self.position is not None and self.position.contact_id != self.contact_id:
            raise ValidationError({"position": _("This position belongs to someone else.")})

    @property
    def capacity_shown(self) -> str:
        """As printed, else the title of the position held that day; empty when not recorded."""
        return str(self.capacity or (self.position.title if self.position else ""))
