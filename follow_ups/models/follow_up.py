"""The one ledger of promises: ours, theirs, joint, and our own internal work."""

import datetime
import enum
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple, Self, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, Q, When, Window
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from agreements.models import Agreement
from core.access import AccessLevel, Viewer
from core.actors import Writer, user_of
from core.days import end_of, start_of
from core.fields import EventDateField, LineField, ProseField, WordField
from core.models import LevelledQuerySet, LevelledWhole, Whole
from core.models.levelled import readable
from core.partial_dates import Precision, PrecisionField, precision_constraint
from core.text import clean_line, fold
from missions.models import Meeting, Mission
from partners.models import Contact, Organisation, Theme


class FollowUpDirection(models.TextChoices):
    """Who owes whom."""

    OURS = "ours", _("ours")
    THEIRS = "theirs", _("theirs")
    JOINT = "joint", _("joint")
    INTERNAL = "internal", _("internal")


class FollowUpKind(models.TextChoices):
    """What sort of work it is."""

    COMMITMENT = "commitment", _("commitment")
    TASK = "task", _("task")
    LETTER = "letter", _("letter")
    INFORMATION = "information", _("information")
    INVITATION = "invitation", _("invitation")
    AGREEMENT = "agreement", _("agreement")
    REVIEW = "review", _("review")


INTERNAL_KINDS = (FollowUpKind.TASK, FollowUpKind.LETTER, FollowUpKind.REVIEW)


class FollowUpStatus(models.TextChoices):
    """How far it is."""

    OPEN = "open", _("open")
    IN_PROGRESS = "in_progress", _("in progress")
    WAITING = "waiting", _("waiting for partner")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


OPEN = (FollowUpStatus.OPEN, FollowUpStatus.IN_PROGRESS, FollowUpStatus.WAITING)
CLOSED = (FollowUpStatus.DONE, FollowUpStatus.DROPPED)


# What the next follow-up takes over from the one that was done.
INHERITED = (
    "direction", "kind", "partner_id", "contact_id", "mission_id", "meeting_id", "agreement_id", "article",
    "department_id", "priority", "level",
)  # fmt: skip


class Kept(enum.Enum):
    """What is not said, where None says "nobody" or "none"."""

    AS_IT_IS = enum.auto()


class Priority(models.IntegerChoices):
    """How much it matters."""

    HIGH = 1, _("high")
    NORMAL = 2, _("normal")
    LOW = 3, _("low")


class Said(NamedTuple):
    """The words of a change, for its line in the story."""

    text: str = ""
    reason: str = ""


class ChangedOutsideMethods(ValidationError):
    """Status, owner or due date of an existing follow-up was set without its methods; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            _("Status, owner and due date change with their own buttons, which keep the story of the change."),
            code="changed_outside_methods",
        )


class CabinetSection(models.IntegerChoices):
    """In which part of the table for the cabinet meeting a follow-up stands."""

    LATE = 1, _("late")
    CLOSED = 2, _("closed since")
    INCOMPLETE = 3, _("without owner or due date")


class FollowUpQuerySet(LevelledQuerySet["FollowUp"]):
    """What a manager would say about follow-ups. `on` is the day it is said."""

    def matching(self, text: str) -> Self:
        """Every word stands in the follow-up itself, or in a name of its partner or contact."""
        found = self
        for word in fold(text).split():
            found = found.filter(
                Q(search_text__contains=word)
                | Q(partner__search_text__contains=word)
                | Q(contact__search_text__contains=word)
            )
        return found

    def open(self) -> Self:
        """Open, in progress or waiting. Asks one column, so that both databases use the partial indexes."""
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        """Done or dropped."""
        return self.filter(closed_at__isnull=False)

    def overdue(self, *, on: datetime.date) -> Self:
        """Open and due before that day."""
        return self.open().filter(due_on__lt=on)

    def due_between(self, first: datetime.date, last: datetime.date) -> Self:
        """Open and due on one of these days, both included."""
        return self.open().filter(due_on__gte=first, due_on__lte=last)

    def recorded_from(self, day: datetime.date) -> Self:
        """Written down on that day or later."""
        return self.filter(created_at__gte=start_of(day))

    def recorded_until(self, day: datetime.date) -> Self:
        """Written down on that day or before."""
        return self.filter(created_at__lt=end_of(day))

    def closed_from(self, day: datetime.date) -> Self:
        """Done or dropped on that day or later: the day it was done if known, else the day it was recorded."""
        # Nothing is recorded as closed before the day it was: the first condition only spares looking at older rows.
        return self.filter(closed_at__gte=start_of(day)).alias(closing_day=closing_day()).filter(closing_day__gte=day)

    def closed_until(self, day: datetime.date) -> Self:
        """Done or dropped on that day or before, in the same words."""
        return self.closed().alias(closing_day=closing_day()).filter(closing_day__lte=day)

    def due_this_week(self, *, on: datetime.date) -> Self:
        """Open and due from that day until the Sunday after it."""
        return self.due_between(on, on + datetime.timedelta(days=6 - on.weekday()))

    def unchanged_since(self, day: datetime.date) -> Self:
        """Nobody wrote anything in it on that day or later."""
        return self.filter(updated_at__lt=start_of(day))

    def unassigned(self) -> Self:
        """Open and nobody owns it."""
        return self.open().filter(owner__isnull=True)

    def undated(self) -> Self:
        """Open without a due date."""
        return self.open().filter(due_on__isnull=True)

    def owned_by(self, user: Viewer) -> Self:
        """This user owns it."""
        return self.filter(owner=user.pk) if user.is_authenticated else self.none()

    def for_department(self, *departments: int) -> Self:
        """One of these departments (row numbers) answers for it."""
        return self.filter(department__in=departments)

    def promises(self) -> Self:
        """Owed to or by somebody else; our internal work is not a promise."""
        return self.exclude(direction=FollowUpDirection.INTERNAL)

    def with_partner(self, *organisations: int, include_children: bool = False) -> Self:
        """For these organisations (row numbers), with all that hang below them when asked."""
        if not include_children:
            return self.filter(partner__in=organisations)
        return self.filter(partner__in=Organisation.objects.all().with_descendants(*organisations).values("pk"))

    def about_agreement(self, agreement: int) -> Self:
        """Has to do with this agreement (row number)."""
        return self.filter(agreement=agreement)

    def about_themes(self, *themes: int) -> Self:
        """Has one of these themes (row numbers)."""
        return self.having(themes__in=themes)

    def with_contact(self, contact: int) -> Self:
        """Promised to or by this person (row number)."""
        return self.filter(contact=contact)

    def counted(self) -> Self:
        """Says on each row how many rows there are in all, and how many open ones of ours, theirs and both.

        A page of rows thus brings its own totals; without rows they are nought.
        """
        of = {
            "count_ours": FollowUpDirection.OURS,
            "count_theirs": FollowUpDirection.THEIRS,
            "count_joint": FollowUpDirection.JOINT,
        }
        totals: dict[str, Any] = {
            name: Window(models.Count("pk", filter=Q(direction=direction, closed_at__isnull=True)))
            for name, direction in of.items()
        }
        return self.annotate(count_all=Window(models.Count("pk")), **totals)

    def in_country(self, *countries: str, user: Viewer) -> Self:
        """In these countries (ISO codes): the partner's; without one there, that of the meeting's stop or place.

        A meeting or mission that this user may not see tells no country.
        """
        return self.having(_country("in", countries, user))

    def without_country(self, *, user: Viewer) -> Self:
        """Neither the partner nor the origin, as far as this user sees it, tells a country."""
        return self.having_no(_country("gt", "", user))

    def without_mission(self, *, user: Viewer) -> Self:
        """Of no mission, as far as this user sees it."""
        return self.exclude(readable(Mission, user, "mission"), mission__isnull=False)

    def for_cabinet(self, *, on: datetime.date, since: datetime.date) -> Self:
        """What a cabinet meeting goes through, with its `section`: late, closed since that day, without owner or date.

        Who is late as well as without owner stands among the late.
        """
        section = Case(
            When(closed_at__isnull=True, due_on__lt=on, then=CabinetSection.LATE),
            When(closed_at__gte=start_of(since), then=CabinetSection.CLOSED),
            When(
                Q(closed_at__isnull=True) & (Q(owner__isnull=True) | Q(due_on__isnull=True)),
                then=CabinetSection.INCOMPLETE,
            ),
            output_field=models.IntegerField(),
        )
        return self.annotate(section=section).filter(section__isnull=False)

    def soonest_first(self) -> Self:
        """By due date, those without a date last: open ones are in this order in the index."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def open_first(self) -> Self:
        """Open ones by due date, those without a date after them, closed ones last, latest first."""
        return self.order_by(F("closed_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")


def closing_day() -> Case:
    """The day it was done, when that is known, else the day that was recorded; nothing for an open one."""
    known = When(closed_on_precision=Precision.DAY, then=F("closed_on"))
    return Case(known, default=TruncDate("closed_at"), output_field=models.DateField())


def in_time() -> Q:
    """Done, and not after its due date."""
    return Q(LessThanOrEqual(closing_day(), F("due_on")), status=FollowUpStatus.DONE)


def too_late() -> Q:
    """Done, after its due date."""
    return Q(GreaterThan(closing_day(), F("due_on")), status=FollowUpStatus.DONE)


def _country(lookup: str, value: Any, user: Viewer) -> Q:
    """Which country a follow-up is in; see `in_country`."""
    of_meeting = Q(**{f"meeting__stop__place__country__{lookup}": value}) | Q(
        **{f"meeting__place__country__{lookup}": value}
    )
    of_mission = Q(
        **{f"mission__stops__place__country__{lookup}": value},
        meeting__stop__isnull=True,
        meeting__place__isnull=True,
    )
    origin = (of_meeting & readable(Meeting, user, "meeting")) | (of_mission & readable(Mission, user, "mission"))
    elsewhere = Q(partner__isnull=True) | Q(partner__country="")
    return Q(**{f"partner__country__{lookup}": value}) | (origin & elsewhere)


FollowUpManager = models.Manager.from_queryset(FollowUpQuerySet)


class FollowUp(LevelledWhole):
    """One promise or task. On an existing one, status, owner and due date change through its methods only."""

    is_searched = True
    title = LineField(_("title"), max_length=300)
    details = ProseField(_("details"), max_length=10000, blank=True)
    direction = WordField(
        _("direction"), choices=FollowUpDirection.choices, default=FollowUpDirection.OURS, max_length=10
    )
    kind = WordField(_("kind"), choices=FollowUpKind.choices, default=FollowUpKind.COMMITMENT, max_length=20)
    partner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("partner")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("contact")
    )
    mission = models.ForeignKey(
        Mission, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("mission")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("meeting")
    )
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("agreement")
    )
    article = LineField(
        _("article"),
        max_length=100,
        blank=True,
        help_text=_("The clause or line of the agreement that asks for this: “article 4”, “line 12”."),
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="follow_ups", verbose_name=_("themes"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("department")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("owner"),
    )
    due_on = EventDateField(_("due date"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    status = WordField(_("status"), choices=FollowUpStatus.choices, default=FollowUpStatus.OPEN, max_length=15)
    result = ProseField(_("result"), max_length=4000, blank=True)
    closed_at = models.DateTimeField(_("recorded as closed at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_on = EventDateField(_("closed on"), null=True, blank=True, editable=False)
    closed_on_precision = PrecisionField()

    naming_fields: ClassVar[tuple[str, ...]] = ("created_by", "named", "owner")
    level_parents: ClassVar[tuple[str, ...]] = ("mission", "meeting", "agreement")
    copied_from: ClassVar[dict[str, str]] = {"mission": "meeting"}
    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("named", "themes")
    # Compared with what is stored, under the row's lock; only the methods below change them.
    guarded_fields: ClassVar[tuple[str, ...]] = ("status", "owner_id", "due_on", "closed_at")
    _held: "list[Said] | None" = None
    objects: ClassVar[FollowUpManager[Any]] = FollowUpManager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = (F("closed_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")
        constraints = [
            LevelledWhole.archive_constraint("follow_up_archived_with_reason"),
            precision_constraint("closed_on", "follow_up_closing_date_has_precision"),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, closed_at__isnull=True, closed_by__isnull=True, closed_on__isnull=True)
                | Q(status__in=CLOSED, closed_at__isnull=False),
                name="follow_up_closed_when_done_or_dropped",
                violation_error_message=_(
                    "A follow-up that is done or dropped says when and by whom; an open one does not."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status=FollowUpStatus.DONE, result=""),
                name="follow_up_done_has_a_result",
                violation_error_message=_("Say what the result is."),
            ),
            models.CheckConstraint(
                condition=Q(partner__isnull=False)
                | Q(mission__isnull=False)
                | Q(meeting__isnull=False)
                | Q(agreement__isnull=False),
                name="follow_up_has_an_origin_or_a_partner",
                violation_error_message=_("Choose a partner, mission, meeting or agreement that this follows from."),
            ),
            models.CheckConstraint(
                condition=Q(priority__range=(1, 3)),
                name="follow_up_priority_is_1_to_3",
                violation_error_message=_("The priority is high, normal or low."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(closed_at__isnull=True), name="follow_up_open_by_due"),
            models.Index(
                fields=["owner", "due_on", "id"], condition=Q(closed_at__isnull=True), name="follow_up_open_by_owner"
            ),
            models.Index(
                fields=["partner", "due_on", "id"],
                condition=Q(closed_at__isnull=True),
                name="follow_up_open_by_partner",
            ),
            models.Index(
                fields=["department", "due_on", "id"],
                condition=Q(closed_at__isnull=True),
                name="follow_up_open_by_dept",
            ),
            # What pages count of all that is open, answered from the index alone.
            models.Index(
                fields=["due_on", "id", "owner", "department", "partner", "direction", "level", "created_at"],
                condition=Q(closed_at__isnull=True, archived_at__isnull=True),
                name="follow_up_open_now",
            ),
            # Whom the few confidential ones name besides the readers on their list.
            models.Index(
                fields=["created_by", "owner", "id"],
                condition=Q(level__gt=AccessLevel.GOVERNMENT),
                name="follow_up_confidential",
            ),
            models.Index(fields=["mission", "due_on", "id"], name="follow_up_by_mission"),
            models.Index(fields=["sort_key", "id"], name="follow_up_in_order"),
            models.Index(fields=["-updated_at", "-id"], name="follow_up_latest_change"),
            # What was closed in a year, and how, from the index alone.
            models.Index(
                fields=[
                    "-closed_at",
                    "-id",
                    "status",
                    "direction",
                    "department",
                    "due_on",
                    "closed_on",
                    "closed_on_precision",
                    "level",
                ],
                condition=Q(closed_at__isnull=False, archived_at__isnull=True),
                name="follow_up_closed_lately",
            ),
            models.Index(
                fields=["-closed_on", "-id"], condition=Q(closed_on__isnull=False), name="follow_up_latest_done"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        """The meeting is one of the mission's, an article one of an agreement's. Raises ValidationError."""
        super().clean()
        if self.meeting is not None and self.mission is not None and self.meeting.mission_id != self.mission_id:
            raise ValidationError({"meeting": _("This meeting belongs to another mission.")})
        if self.article and self.agreement is None:
            raise ValidationError({"article": _("Choose the agreement whose article this is.")})

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `LevelledWhole.save`. The mission is copied from the meeting. Raises ChangedOutsideMethods."""
        if self.meeting is not None and self.meeting.mission_id is not None and self.mission_id is None:
            self.mission_id = self.meeting.mission_id
        with transaction.atomic():
            opening = self._state.adding
            if opening and self.status in CLOSED and self.closed_at is None:
                self.closed_at, self.closed_by = kwargs.get("at") or timezone.now(), cast(Any, user_of(by))
            super().save(*args, by=by, why=why, **kwargs)
            if opening:
                self._tell(by, "", FollowUp())

    def check_against(self, stored: Whole) -> None:
        """Refuses a status, owner or due date that no method changed. Raises ChangedOutsideMethods."""
        if getattr(self, "_telling", False):
            return
        if any(getattr(self, name) != getattr(stored, name) for name in self.guarded_fields):
            raise ChangedOutsideMethods

    def search_texts(self) -> Iterable[str]:
        return (self.details, self.result)

    @property
    def is_settled(self) -> bool:
        """Done or dropped."""
        return self.status in CLOSED

    @property
    def is_open(self) -> bool:
        """Open, in progress or waiting."""
        return not self.is_settled

    def is_overdue(self, *, on: datetime.date) -> bool:
        """Open and due before that day."""
        return self.is_open and self.due_on is not None and self.due_on < on

    def days_late(self, *, on: datetime.date) -> int:
        """Days since the due date of an open follow-up; 0 when it is not late."""
        return (on - cast(datetime.date, self.due_on)).days if self.is_overdue(on=on) else 0

    # What happens to a follow-up. Each stores the change and a line in its story, in one transaction.
    # `at` is the moment to record, for imports of past work; now unless said otherwise.

    def add_update(self, text: str, *, by: Writer, at: datetime.datetime | None = None) -> None:
        """Adds a line to the story. Raises ValidationError when it is empty."""
        _needed("text", text, _("Say what happened."))
        self._change(by, text, at=at)

    def complete(
        self, result: str, *, by: Writer, on: datetime.date | None = None, at: datetime.datetime | None = None
    ) -> None:
        """Done, with its result; `on` is the day it was done, when that is known. Raises ValidationError."""
        _needed("result", result, _("Say what the result is."))
        if on is not None and on > timezone.localdate():
            raise ValidationError({"closed_on": _("This day has yet to come.")})
        self._must_be_open()
        self._close(FollowUpStatus.DONE, by, on, at)
        self.result = result
        self._change(by, result, at=at)

    def drop(self, reason: str, *, by: Writer, at: datetime.datetime | None = None) -> None:
        """Will not be done, and why. Raises ValidationError."""
        _needed("reason", reason, _("Say why this is dropped."))
        self._must_be_open()
        self._close(FollowUpStatus.DROPPED, by, None, at)
        self._change(by, reason=reason, at=at)

    def reopen(self, reason: str, *, by: Writer, at: datetime.datetime | None = None) -> None:
        """Open again, and why; the earlier result stays in the story. Raises ValidationError."""
        _needed("reason", reason, _("Say why this is opened again."))
        if self.is_open:
            raise ValidationError(_("This follow-up is open."))
        self.status, self.closed_at, self.closed_by = FollowUpStatus.OPEN, None, None
        self.closed_on, self.closed_on_precision, self.result = None, "", ""
        self._change(by, reason=reason, at=at)

    def move_to(self, status: str, text: str = "", *, by: Writer, at: datetime.datetime | None = None) -> None:
        """Open, in progress or waiting; closing has its own methods. Raises ValidationError."""
        self._must_be_open()
        if status not in OPEN:
            raise ValidationError({"status": _("Complete or drop it instead.")})
        self.status = status
        self._change(by, text, at=at)

    def postpone(
        self, due_on: datetime.date | None, reason: str, *, by: Writer, at: datetime.datetime | None = None
    ) -> None:
        """Another due date, and why. Giving the first date needs no reason. Raises ValidationError."""
        self._must_be_open()
        if self.due_on is not None:
            _needed("reason", reason, _("Say why the date moves."))
        self.due_on = due_on
        try:
            cast(EventDateField, self._meta.get_field("due_on")).clean(due_on, self)
        except ValidationError as error:
            raise ValidationError({"due_on": error}) from None
        self._change(by, reason=reason, at=at)

    def assign(
        self,
        owner: User | None,
        *,
        by: Writer,
        department: Department | Kept | None = Kept.AS_IT_IS,
        text: str = "",
        at: datetime.datetime | None = None,
    ) -> None:
        """Another owner, and when given another department or none. Raises ValidationError.

        Where nothing changes and nothing is said, nothing is written. The story is about owners: a line that would say
        nothing is left out, and a department that changes is in the history.
        """
        self._must_be_open()
        had = self.owner_id, self.department_id
        self.owner = owner
        if not isinstance(department, Kept):
            self.department = department
        if clean_line(text) or self.owner_id != had[0]:
            self._change(by, text, at=at)
        elif self.department_id != had[1] and self._held is None:
            self.save(by=by, at=at, update_fields={"department"})

    @transaction.atomic
    def followed_by(
        self, title: str, *, by: Writer, due_on: datetime.date | None = None, owner: User | None = None
    ) -> "FollowUp":
        """The next thing to do: a new follow-up with the same partner and origin, for the same readers."""
        inherited = {name: getattr(self, name) for name in INHERITED}
        following = FollowUp(title=title, due_on=due_on, owner=owner, **inherited)
        following.save(by=by)
        following.themes.set(self.themes.all())
        following.named.set(self.named.all())
        return following

    def prioritise(self, priority: int, *, by: Writer) -> None:
        """Matters more or less. Raises ValidationError."""
        self._must_be_open()
        self.priority = priority
        self.clean_fields(exclude={one.name for one in self._meta.fields} - {"priority"})
        if self._held is None:
            self.save(by=by)

    @contextmanager
    def held(self) -> Iterator[list[Said]]:
        """What happens inside is checked and set, and not stored: for who stores many at once. Gives what was said."""
        said: list[Said] = []
        self._held = said
        try:
            yield said
        finally:
            self._held = None

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise ValidationError(_("This follow-up is closed; open it again first."))

    def _close(
        self, status: FollowUpStatus, by: Writer, on: datetime.date | None, at: datetime.datetime | None
    ) -> None:
        self.status, self.closed_at, self.closed_by = status, at or timezone.now(), cast(Any, user_of(by))
        self.closed_on, self.closed_on_precision = on, "day" if on else ""

    def _change(self, by: Writer, text: str = "", *, reason: str = "", at: datetime.datetime | None = None) -> None:
        if self._held is not None:
            self._held.append(Said(text, reason))
            return
        with transaction.atomic():
            before = type(self)._base_manager.select_for_update().get(pk=self.pk)
            self._telling = True
            try:
                self.save(by=by, why=reason or text, at=at)
            finally:
                self._telling = False
            self._tell(by, text, before, reason=reason)

    def _tell(self, by: Writer | None, text: str, before: "FollowUp", *, reason: str = "") -> None:
        self.updates.create(**self.line_of_story(by, Said(text, reason), before))

    def line_of_story(self, by: Writer | None, said: Said, before: "FollowUp") -> dict[str, Any]:
        """The columns of the line that tells of a change just made; `before` is the follow-up as it was."""
        is_new, user = before.pk is None, user_of(by)
        return {
            "at": self.updated_at,
            "by_id": user.pk if user else None,
            "text": said.text,
            "reason": said.reason,
            "status_from": "" if is_new else before.status,
            "status_to": self.status,
            "owner_from_id": before.owner_id,
            "owner_to_id": self.owner_id,
            "due_from": before.due_on,
            "due_to": self.due_on,
        }


def _needed(field: str, text: str, message: Any) -> None:
    if not clean_line(text):
        raise ValidationError({field: message}, code="required")
