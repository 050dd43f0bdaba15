"""Where a mission goes, in order; the days may be unknown."""

from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.actors import Writer
from core.fields import EventDateField, LineField
from core.models import Part
from missions.models.mission import Mission, date_span
from partners.models import Place


class Stop(Part):
    """A place on the mission's way."""

    part_of = "mission"

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="stops", verbose_name=_("mission"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="stops", verbose_name=_("place"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    arrives_on = EventDateField(_("from"), null=True, blank=True)
    leaves_on = EventDateField(_("until"), null=True, blank=True)
    cancelled_why = LineField(_("cancelled because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ("order", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(arrives_on__isnull=True) | Q(leaves_on__isnull=True) | Q(leaves_on__gte=F("arrives_on")),
                name="stop_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            )
        ]

    def __str__(self) -> str:
        return str(self.place)

    @property
    def days(self) -> str:
        """Its days in the reader's words; empty when not recorded."""
        return date_span(self.arrives_on, self.leaves_on)

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `Part.save`; undated items at this stop follow its days."""
        with transaction.atomic():
            super().save(*args, by=by, why=why, **kwargs)
            for meeting in self.meetings.filter(day__isnull=True):
                meeting.refresh_span()
