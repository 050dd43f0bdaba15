"""A meeting, visit or reception: an item of a mission's programme, or one that stands alone."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.actors import Writer
from core.fields import EventDateField, LineField, ProseField, WordField
from core.models import LevelledQuerySet, LevelledWhole
from core.models.levelled import readable
from core.text import clean_line
from missions.models.mission import Mission
from missions.models.stop import Stop
from partners.models import Place, Theme


class MeetingKind(models.TextChoices):
    """What sort of meeting it is."""

    MEETING = "meeting", _("meeting")
    BILATERAL = "bilateral", _("bilateral meeting")
    SITE_VISIT = "site_visit", _("site visit")
    COMPANY_VISIT = "company_visit", _("company visit")
    ROUND_TABLE = "round_table", _("round table")
    RECEPTION = "reception", _("networking reception")
    WORKING_LUNCH = "working_lunch", _("working lunch")
    SIGNING = "signing", _("signing ceremony")
    PRESS_MOMENT = "press_moment", _("press moment")
    MATCHMAKING = "matchmaking", _("B2B meetings")
    JOINT_COMMITTEE = "joint_committee", _("(standing) joint committee")
    CALL = "call", _("call")
    TRANSFER = "transfer", _("transfer")
    OTHER = "other", _("other")


class Strand(models.TextChoices):
    """The two strands of a programme."""

    GROUP = "group", _("group programme")
    OWN = "own", _("individual programme")


class MeetingStatus(models.TextChoices):
    """ "On the programme" is weaker than "took place"."""

    ON_PROGRAMME = "on_programme", _("on the programme")
    CONFIRMED = "confirmed", _("confirmed")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")
    POSTPONED = "postponed", _("postponed")


class MeetingQuerySet(LevelledQuerySet["Meeting"]):
    """Words about meetings."""

    def held(self) -> Self:
        """Took place."""
        return self.filter(status=MeetingStatus.HELD)

    def without_outcome(self) -> Self:
        """Took place, and nothing is recorded of it."""
        return self.held().filter(outcome="")

    def undated(self) -> Self:
        """The day is not recorded."""
        return self.filter(day__isnull=True)

    def without_place(self) -> Self:
        """The city is not recorded."""
        return self.filter(stop__isnull=True, place__isnull=True)

    def in_year(self, year: int) -> Self:
        """On a day of that year; an undated item when some day of its mission lies in it."""
        return self.from_day(datetime.date(year, 1, 1)).until_day(datetime.date(year, 12, 31))

    def from_day(self, first: datetime.date) -> Self:
        """On that day or later; an undated item when its last possible day is, as far as one is known."""
        return self.alias(ends=Coalesce("latest_on", "earliest_on")).filter(ends__gte=first)

    def until_day(self, last: datetime.date) -> Self:
        """On that day or before; an undated item when its first possible day is, as far as one is known."""
        return self.alias(begins=Coalesce("earliest_on", "latest_on")).filter(begins__lte=last)

    def held_between(self, first: datetime.date, last: datetime.date) -> Self:
        """Took place, and at the latest on one of these days, both included."""
        return self.held().filter(latest_on__gte=first, latest_on__lte=last)

    def with_outcome(self) -> Self:
        """Took place, and it is recorded what came of it."""
        return self.held().exclude(outcome="")

    def with_contact(self, *contacts: int) -> Self:
        """One of these people (row numbers) took part, or was to."""
        return self.having(participants__contact__in=contacts)

    def at_place(self, *places: int) -> Self:
        """At one of these places (row numbers), by itself or through its stop."""
        return self.filter(Q(stop__place__in=places) | Q(place__in=places))

    def in_country(self, *countries: str, user: Viewer) -> Self:
        """At a stop or place in one of these countries; an item without a city is in its mission's countries.

        A mission that this user may not see tells no country.
        """
        of_mission = Q(mission__stops__place__country__in=countries, stop__isnull=True, place__isnull=True)
        return self.having(
            Q(stop__place__country__in=countries)
            | Q(place__country__in=countries)
            | (of_mission & readable(Mission, user, "mission"))
        )

    def latest_first(self) -> Self:
        """The most recent first; an undated item counts with the end of its mission."""
        return self.order_by(
            F("latest_on").desc(nulls_last=True), F("starts_at").desc(nulls_last=True), "-order", "-pk"
        )

    def as_programmed(self) -> Self:
        """In the order of the programme; undated items after the dated ones of the same stop."""
        return self.order_by(
            F("day").asc(nulls_last=True),
            F("starts_at").asc(nulls_last=True),
            F("stop__order").asc(nulls_last=True),
            "order",
            "pk",
        )


MeetingManager = models.Manager.from_queryset(MeetingQuerySet)


class Meeting(LevelledWhole):
    """Who met whom, where and when, and what came of it. Inside a mission the day and times may be unknown."""

    is_searched = True
    indexed_with = ("participants",)
    mission = models.ForeignKey(
        Mission, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("mission")
    )
    title = LineField(_("title"), max_length=300)
    kind = WordField(_("kind"), choices=MeetingKind.choices, blank=True)
    strand = WordField(_("strand"), choices=Strand.choices, blank=True)
    status = WordField(_("status"), choices=MeetingStatus.choices, default=MeetingStatus.ON_PROGRAMME)
    status_why = LineField(_("cancelled or postponed because"), max_length=300, blank=True)
    stop = models.ForeignKey(
        Stop, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("stop")
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("place"),
        help_text=_("For a meeting outside a mission; inside one, choose the stop."),
    )
    day = EventDateField(_("day"), null=True, blank=True)
    starts_at = models.TimeField(_("starts at"), null=True, blank=True, help_text=_("Local time at the place."))
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order in the programme"), default=0)
    venue = LineField(_("venue"), max_length=300, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="meetings", verbose_name=_("themes"))
    outcome = ProseField(_("outcome"), max_length=10000, blank=True)
    internal_note = ProseField(_("internal note"), max_length=10000, blank=True)
    no_follow_up_reason = LineField(_("no follow-up needed because"), max_length=300, blank=True)
    earliest_on = models.DateField(_("earliest day"), null=True, editable=False)
    latest_on = models.DateField(_("latest day"), null=True, editable=False)

    naming_fields: ClassVar[tuple[str, ...]] = ("created_by", "named", "mission__team")
    level_parents: ClassVar[tuple[str, ...]] = ("mission",)
    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("named", "themes")
    private_fields: ClassVar[tuple[str, ...]] = ("internal_note",)
    objects: ClassVar[MeetingManager[Any]] = MeetingManager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = (F("latest_on").desc(nulls_last=True), "-pk")
        constraints = [
            LevelledWhole.archive_constraint("meeting_archived_with_reason"),
            models.CheckConstraint(
                condition=Q(mission__isnull=False) | Q(day__isnull=False),
                name="meeting_outside_a_mission_has_a_day",
                violation_error_message=_("A meeting outside a mission has a day."),
            ),
            models.CheckConstraint(
                condition=Q(mission__isnull=False) | Q(stop__isnull=True),
                name="meeting_at_a_stop_is_in_a_mission",
                violation_error_message=_("A stop belongs to a mission; choose the mission too."),
            ),
            models.CheckConstraint(
                condition=Q(stop__isnull=True) | Q(place__isnull=True),
                name="meeting_has_a_stop_or_a_place",
                violation_error_message=_("Choose a stop or a place, not both."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("A meeting cannot end before it starts."),
            ),
        ]
        indexes = [
            models.Index(fields=["-latest_on", "-id"], name="meeting_latest_first"),
            models.Index(fields=["mission", "day", "starts_at"], name="meeting_in_programme"),
            models.Index(fields=["status", "latest_on"], name="meeting_by_status"),
            models.Index(fields=["sort_key", "id"], name="meeting_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        """The stop is one of the mission's, the day lies within it. Raises ValidationError."""
        super().clean()
        if self.stop is not None and self.stop.mission_id != self.mission_id:
            raise ValidationError({"stop": _("This stop belongs to another mission.")})
        if self.mission is not None and self.day is not None:
            first, last = self.mission.starts_on, self.mission.ends_on
            if (first is not None and self.day < first) or (last is not None and self.day > last):
                raise ValidationError({"day": _("This day lies outside the mission (%s).") % self.mission.span})

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `LevelledWhole.save`, with the span kept in step; what follows from it goes along to another mission."""
        self._compute_span()
        written = kwargs.get("update_fields")
        may_move = not self._state.adding and (written is None or not {"mission", "mission_id"}.isdisjoint(written))
        if written is not None:
            kwargs["update_fields"] = {*written, "earliest_on", "latest_on"}
        with transaction.atomic():
            before = self._stored_mission() if may_move else self.mission_id
            super().save(*args, by=by, why=why, **kwargs)
            if before != self.mission_id:
                self.bring_along("mission", before, by=by, why=why, at=kwargs.get("at"))

    def _stored_mission(self) -> int | None:
        """The mission it is in as stored, read under the row's lock."""
        stored = type(self)._base_manager.select_for_update().order_by().filter(pk=self.pk)
        return stored.values_list("mission_id", flat=True).first()

    def settle(self, status: str, why: str = "", *, by: Writer) -> None:
        """Took place, cancelled (and why), postponed, confirmed, or back on the programme. Raises ValidationError.

        Saying once more what is stored changes nothing. A reason that no longer holds leaves the page, not the history.
        """
        why = clean_line(why) if status in (MeetingStatus.CANCELLED, MeetingStatus.POSTPONED) else ""
        if status not in MeetingStatus:
            raise ValidationError({"status": _("This is not a status of a meeting.")})
        if status == MeetingStatus.CANCELLED and not why:
            raise ValidationError({"status_why": _("Say why it is cancelled.")}, code="required")
        if (status, why) == (self.status, self.status_why):
            return
        self.status, self.status_why = status, why
        self.save(by=by, why=why, update_fields={"status", "status_why"})

    def _compute_span(self) -> None:
        """An undated item lies between the first and last day of its stop, else of its mission."""
        if self.day is not None:
            self.earliest_on = self.latest_on = self.day
            return
        mission, stop = self.mission, self.stop
        self.earliest_on = (stop.arrives_on if stop else None) or (mission.starts_on if mission else None)
        self.latest_on = (stop.leaves_on if stop else None) or (mission.ends_on if mission else None)

    def refresh_span(self) -> None:
        """Stores the span again after the mission's or the stop's dates changed."""
        self._compute_span()
        type(self)._base_manager.filter(pk=self.pk).update(earliest_on=self.earliest_on, latest_on=self.latest_on)

    def search_texts(self) -> Iterable[str]:
        labels = (one.label for one in self.participants.all()) if self.pk else ()
        return (self.venue, self.outcome, *labels)

    def sort_source(self) -> str:
        return str(self.title)

    @property
    def is_settled(self) -> bool:
        """Took place."""
        return bool(self.status == MeetingStatus.HELD)

    @property
    def where(self) -> Place | None:
        """The place, through the stop inside a mission; None when not recorded."""
        return self.stop.place if self.stop else self.place

    @property
    def their_side(self) -> list[Any]:
        """The participants on the other side of the table."""
        return [one for one in self.participants.all() if one.side == "partner"]

    @property
    def when(self) -> str:
        """The day in the reader's words, honest about what is not recorded."""
        if self.day is not None:
            day = formats.date_format(self.day, "DATE_FORMAT")
            return f"{day}, {formats.time_format(self.starts_at, 'TIME_FORMAT')}" if self.starts_at else day
        if self.earliest_on and self.latest_on:
            return gettext("between %(first)s and %(last)s (day not recorded)") % {
                "first": _short_of(self.earliest_on, self.latest_on),
                "last": formats.date_format(self.latest_on, "DATE_FORMAT"),
            }
        return gettext("day not recorded")


def _short_of(first: datetime.date, last: datetime.date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return str(first.day)
    return formats.date_format(first, "DATE_FORMAT")
