"""A journey with a purpose: ours abroad, or theirs to us."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from core.actors import Writer
from core.fields import EventDateField, LineField, ProseField, WordField
from core.joined import joined
from core.languages import localised
from core.models import LevelledQuerySet, LevelledWhole
from core.months import first_day_reaching, months_later
from partners.models import Contact, Position, Theme


class MissionKind(models.TextChoices):
    """What sort of journey it is."""

    INDUSTRY = "industry_mission", _("industry mission")
    ECONOMIC = "economic_mission", _("economic (trade) mission")
    WORKING_VISIT = "working_visit", _("working visit")
    COURTESY_VISIT = "courtesy_visit", _("courtesy visit")
    STATE_VISIT = "state_visit", _("state visit")
    JOINT_MISSION = "joint_mission", _("joint mission")
    RETURN_VISIT = "return_visit", _("return visit")
    OTHER = "other", _("other")


class Direction(models.TextChoices):
    """Who travels."""

    OUT = "out", _("outgoing mission")
    IN = "in", _("incoming visit")


class MissionStatus(models.TextChoices):
    """How far it is."""

    DRAFT = "draft", _("draft")
    ANNOUNCED = "announced", _("announced")
    ONGOING = "ongoing", _("under way")
    HELD = "held", _("held")
    REPORTED = "reported", _("reported")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class PartOfDay(models.TextChoices):
    """When on a day it begins or ends."""

    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")


COMING = (MissionStatus.DRAFT, MissionStatus.ANNOUNCED, MissionStatus.ONGOING)
AFTERWARDS = (MissionStatus.HELD, MissionStatus.REPORTED, MissionStatus.CLOSED)


# An explanatory note goes round for seven calendar days; the day it was sent does not count.
SILENCE = datetime.timedelta(days=7)


class MissionQuerySet(LevelledQuerySet["Mission"]):
    """Words about missions."""

    def coming(self, *, on: datetime.date) -> Self:
        """Not yet over on that day, and not cancelled."""
        return self.filter(status__in=COMING).filter(Q(ends_on__gte=on) | Q(ends_on__isnull=True))

    def departing(self, *, on: datetime.date) -> Self:
        """To come and not yet under way."""
        return self.coming(on=on).exclude(status=MissionStatus.ONGOING)

    def unannounced(self, *, on: datetime.date) -> Self:
        """Ours, departing, and on record as announced to the Government on no day."""
        return self.departing(on=on).filter(direction=Direction.OUT, announced_on__isnull=True)

    def unsubstituted(self, *, on: datetime.date) -> Self:
        """Ours, departing, and nobody on record replaces the minister."""
        return self.departing(on=on).filter(direction=Direction.OUT, substitute__isnull=True)

    def without_reachable_member(self, *, on: datetime.date) -> Self:
        """Ours, departing, and no cabinet member on record stays reachable."""
        return self.departing(on=on).filter(direction=Direction.OUT, reachable_member__isnull=True)

    def awaiting_silence(self, *, on: datetime.date) -> Self:
        """Ours, departing, and the explanatory note was not sent, or its days of silence are not over on that day."""
        is_running = Q(note_sent_on__gte=on - SILENCE)
        return self.departing(on=on).filter(Q(note_sent_on__isnull=True) | is_running, direction=Direction.OUT)

    def with_open_delegation(self, *, on: datetime.date) -> Self:
        """Departing, and nobody is recorded to travel along, or not everyone is known by name and confirmed."""
        unsure, sure = ("", "invited"), ("confirmed", "took_part")  # The rest sent word that they will not come.
        every = self.model._base_manager
        open_ones = every.filter(
            Q(delegates__status__in=unsure)
            | Q(delegates__status__in=sure, delegates__contact__isnull=True, delegates__organisation__isnull=True)
        )
        somebody = every.filter(delegates__status__in=(*unsure, *sure))
        return self.departing(on=on).filter(Q(pk__in=open_ones.values("pk")) | ~Q(pk__in=somebody.values("pk")))

    def in_year(self, year: int) -> Self:
        """On the way on some day of that year, as far as the dates say."""
        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        begins = models.functions.Coalesce("starts_on", "ends_on")
        ends = models.functions.Coalesce("ends_on", "starts_on")
        return self.alias(begins=begins, ends=ends).filter(begins__lte=last, ends__gte=first)

    def soonest_first(self) -> Self:
        """The next one first; without dates last."""
        return self.order_by(models.F("starts_on").asc(nulls_last=True), "pk")

    def in_country(self, *countries: str) -> Self:
        """With a stop in one of these countries (ISO codes)."""
        return self.having(stops__place__country__in=countries)

    def stopping_at(self, *places: int) -> Self:
        """With a stop at one of these places (row numbers)."""
        return self.having(stops__place__in=places)

    def led_by(self, contact: int) -> Self:
        """This person (row number) heads the delegation."""
        return self.filter(lead=contact)

    def building_on(self, agreement: int) -> Self:
        """Follows from this agreement (row number)."""
        return self.having(builds_on=agreement)

    def awaiting_report(self) -> Self:
        """Our own missions that were held, without a report to the Government on record."""
        return self.filter(
            direction=Direction.OUT, status__in=AFTERWARDS, reported_on__isnull=True, report_reference=""
        )

    def over_between(self, first: datetime.date, last: datetime.date) -> Self:
        """Held, with their last day on one of these days, both included."""
        return self.filter(status__in=AFTERWARDS, ends_on__gte=first, ends_on__lte=last)

    def report_late(self, *, on: datetime.date) -> Self:
        """The report was due, one month after the last day, before that day."""
        return self.awaiting_report().filter(ends_on__lt=first_day_reaching(on, 1))

    def naming_themes(self) -> Self:
        """Says of each row, as `theme_names`, its themes in the reader's language."""
        return self.annotate(
            theme_names=joined(Theme.objects.filter(missions=models.OuterRef("pk")), localised("name"))
        )

    def latest_first(self) -> Self:
        """The most recent first; without dates last."""
        return self.order_by(models.F("starts_on").desc(nulls_last=True), "-pk")


MissionManager = models.Manager.from_queryset(MissionQuerySet)


class Mission(LevelledWhole):
    """A mission abroad or an incoming visit: when, who leads, why, and what has to be reported."""

    is_searched = True
    title = LineField(_("title"), max_length=300)
    other_titles = ProseField(
        _("other titles"),
        max_length=2000,
        blank=True,
        help_text=_("One per line: translations and other designations."),
    )
    kind = WordField(_("kind"), choices=MissionKind.choices, blank=True)
    direction = WordField(_("direction"), choices=Direction.choices, default=Direction.OUT, max_length=3)
    status = WordField(_("status"), choices=MissionStatus.choices, default=MissionStatus.DRAFT)
    starts_on = EventDateField(_("first day"), null=True, blank=True)
    starts_part = WordField(_("part of the first day"), choices=PartOfDay.choices, blank=True)
    ends_on = EventDateField(_("last day"), null=True, blank=True)
    ends_part = WordField(_("part of the last day"), choices=PartOfDay.choices, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="missions", verbose_name=_("themes"))
    occasion = ProseField(_("occasion"), max_length=2000, blank=True)
    objective = ProseField(_("objective"), max_length=4000, blank=True)
    programme = ProseField(
        _("programme"), max_length=4000, blank=True, help_text=_("In general terms; the items are meetings.")
    )
    lead = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="missions_led",
        verbose_name=_("head of delegation"),
    )
    lead_position = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in the capacity of")
    )
    substitute = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("substitute minister")
    )
    reachable_member = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reachable cabinet member")
    )
    note_sent_on = EventDateField(_("explanatory note sent on"), null=True, blank=True)
    builds_on = models.ManyToManyField(
        Agreement, blank=True, related_name="missions_building_on", verbose_name=_("follows from (agreement)")
    )
    announced_on = EventDateField(_("announced to the Government on"), null=True, blank=True)
    announcement_reference = LineField(_("reference of the announcement"), max_length=200, blank=True)
    reported_on = EventDateField(_("reported to the Government on"), null=True, blank=True)
    report_reference = LineField(_("reference of the report"), max_length=200, blank=True)
    closed_why = LineField(
        _("closed with open ends because"),
        max_length=300,
        blank=True,
        help_text=_(
            "Asked when a mission is closed while of some meetings it is not decided whether something follows."
        ),
    )
    team = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="missions", verbose_name=_("team"))
    language = WordField(_("language of the text"), choices=settings.LANGUAGES, blank=True, max_length=5)

    naming_fields: ClassVar[tuple[str, ...]] = ("created_by", "named", "team")
    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("named", "themes", "builds_on", "team")
    objects: ClassVar[MissionManager[Any]] = MissionManager()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = (models.F("starts_on").desc(nulls_last=True), "-pk")
        constraints = [
            LevelledWhole.archive_constraint("mission_archived_with_reason"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="mission_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="mission_in_order"),
            models.Index(fields=["-starts_on", "-id"], name="mission_latest_first"),
            models.Index(fields=["status", "ends_on"], name="mission_by_status"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        """The capacity is one of the leader's own. Raises ValidationError."""
        super().clean()
        if self.lead_position is not None and self.lead_position.contact_id != self.lead_id:
            raise ValidationError({"lead_position": _("This position belongs to someone else.")})

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `LevelledWhole.save`; undated items follow the mission's dates."""
        with transaction.atomic():
            super().save(*args, by=by, why=why, **kwargs)
            for meeting in self.meetings.filter(day__isnull=True):
                meeting.refresh_span()

    def search_names(self) -> Iterable[str]:
        return (self.title, *self.other_titles.splitlines())

    @property
    def is_settled(self) -> bool:
        """Under way, held or later."""
        return self.status not in {MissionStatus.DRAFT, MissionStatus.ANNOUNCED}

    @property
    def has_begun(self) -> bool:
        """Under way or over, so that something may have come of it."""
        return self.status == MissionStatus.ONGOING or self.status in AFTERWARDS

    @property
    def is_over(self) -> bool:
        """Held, or reported or closed since."""
        return self.status in AFTERWARDS

    @property
    def is_ahead(self) -> bool:
        """To come or under way."""
        return self.status in COMING

    def is_departing(self, *, on: datetime.date) -> bool:
        """To come and not yet under way."""
        is_past = self.ends_on is not None and self.ends_on < on
        return self.status in (MissionStatus.DRAFT, MissionStatus.ANNOUNCED) and not is_past

    @property
    def silence_ends_on(self) -> datetime.date | None:
        """The last of the seven calendar days to object to the explanatory note; None before it is sent."""
        return self.note_sent_on + SILENCE if self.note_sent_on else None

    @property
    def can_be_closed(self) -> bool:
        """Over, and not closed yet."""
        return self.is_over and self.status != MissionStatus.CLOSED

    @property
    def report_due_on(self) -> datetime.date | None:
        """One month after the last day, not moved for weekends; None without dates or when cancelled."""
        if self.ends_on is None or self.direction == Direction.IN or self.status == MissionStatus.CANCELLED:
            return None
        return months_later(self.ends_on, 1)

    @property
    def is_reported(self) -> bool:
        """Whether a report to the Government is on record."""
        return self.reported_on is not None or bool(self.report_reference)

    @property
    def awaits_report(self) -> bool:
        """Held, and due to be reported, but not yet."""
        return self.status in AFTERWARDS and not self.is_reported and self.report_due_on is not None

    @property
    def span(self) -> str:
        """The dates in the reader's words; empty when not recorded."""
        return date_span(self.starts_on, self.ends_on)

    @property
    def period(self) -> str:
        """The dates with what is known of their parts of day, honest about what is not recorded; empty without any."""
        if self.starts_on is None and self.ends_on is None:
            return ""
        if self.ends_on is None:
            return gettext("from %(first)s (last day not recorded)") % {"first": self._first}
        if self.starts_on is None:
            return gettext("until %(last)s (first day not recorded)") % {"last": self._last}
        if not self.starts_part and not self.ends_part:
            return self.span
        return f"{self._first} – {self._last}"

    @property
    def _first(self) -> str:
        return _day_and_part(self.starts_on, self.get_starts_part_display())

    @property
    def _last(self) -> str:
        return _day_and_part(self.ends_on, self.get_ends_part_display())


def _day_and_part(day: datetime.date | None, part: str) -> str:
    words = formats.date_format(day, "DATE_FORMAT") if day else ""
    return f"{words} ({part})" if part else words


def date_span(first: datetime.date | None, last: datetime.date | None) -> str:
    """22–25 April 2024, or as many of its parts as are known."""
    if first is None or last is None or first == last:
        day = first or last
        return formats.date_format(day, "DATE_FORMAT") if day else ""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{formats.date_format(last, 'DATE_FORMAT')}"
    return f"{formats.date_format(first, 'DATE_FORMAT')} – {formats.date_format(last, 'DATE_FORMAT')}"
