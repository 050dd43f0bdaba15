"""Many follow-ups changed at once: planned with an exact count, done in one transaction, undone for ten minutes."""

import copy
import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from core.access import Viewer
from core.actors import Writer
from core.fields import ProseField, WordField
from core.models.written_together import write_together
from follow_ups.models.follow_up import FollowUp, FollowUpQuerySet, Kept, Said
from follow_ups.models.follow_up_update import FollowUpUpdate

UNDO_WITHIN = datetime.timedelta(minutes=10)
MOST_ROWS = 20_000  # of one change; more than anybody looks through
AT_ONCE = 500
# What a change may touch, and what undoing puts back.
COLUMNS = (
    "owner_id", "department_id", "due_on", "priority", "status", "result",
    "closed_at", "closed_by_id", "closed_on", "closed_on_precision",
)  # fmt: skip
OF_STORY = ("owner_id", "due_on", "status")  # what a line of the story tells


class BulkAction(models.TextChoices):
    """What is done to each of them."""

    ASSIGN = "assign", _("assign")
    POSTPONE = "postpone", _("change the due date")
    PRIORITISE = "prioritise", _("change the priority")
    COMPLETE = "complete", _("mark as done")
    DROP = "drop", _("drop")


class TooMany(ValidationError):
    """More follow-ups than are changed at once."""

    def __init__(self) -> None:
        super().__init__(
            _("These are more than %(most)s follow-ups. Take a narrower filter."), params={"most": MOST_ROWS}
        )


class CountChanged(ValidationError):
    """Not as many follow-ups change as were shown; nothing was stored."""

    def __init__(self, count: int) -> None:
        super().__init__(
            _("Meanwhile somebody changed some of these: it is now about %(count)s. Look again, then confirm."),
            code="count_changed",
            params={"count": count},
        )


@dataclass(frozen=True)
class Step:
    """One action with its values, the same for all. `text` is the note, the reason or the result."""

    action: str
    owner: User | None = None
    department: Department | None = None
    due_on: datetime.date | None = None
    priority: int = 0
    text: str = ""

    def take(self, follow_up: FollowUp, by: Writer) -> None:
        """Does it to one, as its own buttons would. Raises ValidationError."""
        match self.action:
            case BulkAction.ASSIGN:
                department = self.department or Kept.AS_IT_IS
                follow_up.assign(self.owner, department=department, text=self.text, by=by)
            case BulkAction.POSTPONE:
                follow_up.postpone(self.due_on, self.text, by=by)
            case BulkAction.PRIORITISE:
                follow_up.prioritise(self.priority, by=by)
            case BulkAction.COMPLETE:
                follow_up.complete(self.text, by=by)
            case BulkAction.DROP:
                follow_up.drop(self.text, by=by)
            case _:
                raise ValidationError(_("Choose what to do."), code="unknown_action")

    def values(self) -> dict[str, Any]:
        """To keep beside what was done."""
        return {
            "owner": self.owner.pk if self.owner else None,
            "department": self.department.pk if self.department else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "priority": self.priority or None,
            "text": self.text,
        }


@dataclass
class Plan:
    """What a step would do, or did: the changed rows and what they were; those left as they are, with the reason."""

    changed: list[FollowUp] = field(default_factory=list)
    before: list[FollowUp] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    skipped: list[tuple[FollowUp, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many change."""
        return len(self.changed)


def plan(rows: FollowUpQuerySet, step: Step, *, by: User) -> Plan:
    """What the step would do to these rows; stores nothing. Raises TooMany."""
    made = Plan()
    for found in _in_parts(rows.visible_to(by)):
        for row in found:
            _try(row, made, lambda one: step.take(one, by))
    return made


@transaction.atomic
def change_together(
    rows: FollowUpQuerySet, step: Step, *, by: User, query: str = "", stated: int | None = None
) -> "BulkChange":
    """Takes the step for every row it can be taken for, or for none when anything fails.

    `query` is the filter that chose the rows, to be kept; `stated` how many the user was told would change. Rows are
    locked in the order of their numbers. Raises TooMany, CountChanged.
    """
    now, done = timezone.now(), Plan()
    for found in _in_parts(rows.visible_to(by), locked=True):
        for row in found:
            _try(row, done, lambda one: step.take(one, by))
    if stated is not None and stated != done.count:
        raise CountChanged(done.count)
    _store(done, by=by, at=now)
    change = BulkChange.objects.create(
        by=by, at=now, action=step.action, values=step.values(), query=query[:4000],
        count=done.count, skipped=[[row.pk, why] for row, why in done.skipped],
    )  # fmt: skip
    BulkChangeRow.objects.bulk_create(
        (
            BulkChangeRow(
                change=change,
                follow_up=row,
                version=row.version,
                before={name: _plain(getattr(was, name)) for name in COLUMNS},
            )
            for row, was in zip(done.changed, done.before, strict=True)
        ),
        batch_size=AT_ONCE,
    )
    return change


def _in_parts(rows: FollowUpQuerySet, *, locked: bool = False) -> Iterator[Sequence[FollowUp]]:
    """The rows, some hundreds at a time; locked ones are asked again whether they still fit."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1])
    if len(pks) > MOST_ROWS:
        raise TooMany
    for start in range(0, len(pks), AT_ONCE):
        part = rows.filter(pk__in=pks[start : start + AT_ONCE]).order_by("pk")
        yield list(part.select_for_update(of=("self",)) if locked else part)


def _try(row: FollowUp, made: Plan, act: Callable[[FollowUp], None]) -> None:
    before = copy.copy(row)
    with row.held() as said:
        try:
            act(row)
        except ValidationError as error:
            made.skipped.append((before, " ".join(error.messages)))
            return
    if all(getattr(row, name) == getattr(before, name) for name in COLUMNS):
        made.skipped.append((before, gettext("It is so already.")))
        return
    made.changed.append(row)
    made.before.append(before)
    made.said.append(said[-1] if said else Said())


def _store(done: Plan, *, by: User, at: datetime.datetime) -> None:
    """Writes what was set on the rows, with their history and their stories."""
    pairs = list(zip(done.changed, done.before, strict=True))
    columns = [name for name in COLUMNS if any(getattr(row, name) != getattr(was, name) for row, was in pairs)]
    why = next((said.reason or said.text for said in done.said), "")  # The same for all.
    write_together(done.changed, columns, by=by, why=why, at=at)
    FollowUpUpdate.objects.bulk_create(
        (
            FollowUpUpdate(follow_up=row, **row.line_of_story(by, said, was))
            for row, was, said in zip(done.changed, done.before, done.said, strict=True)
            if any(said) or any(getattr(row, name) != getattr(was, name) for name in OF_STORY)
        ),
        batch_size=AT_ONCE,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    """Words about changes of many at once."""

    def visible_to(self, user: Viewer) -> "BulkChangeQuerySet":
        """One's own."""
        return self.filter(by=user.pk) if user.is_authenticated else self.none()


class BulkChange(models.Model):
    """One change of many follow-ups: who, when, what, which filter, how many."""

    at = models.DateTimeField(_("at"), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    action = WordField(_("action"), choices=BulkAction.choices, max_length=20)
    values = models.JSONField(_("values"), default=dict)
    query = ProseField(_("filter"), max_length=4000, blank=True)
    count = models.PositiveIntegerField(_("number of rows"))
    skipped = models.JSONField(_("left as they are"), default=list)  # pairs of row number and reason
    undone_at = models.DateTimeField(_("undone at"), null=True)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ("-at", "-pk")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["by", "-at"], name="bulk_change_by_at")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.count}"

    @property
    def undo_until(self) -> datetime.datetime:
        """Until when it can be undone."""
        return self.at + UNDO_WITHIN

    @property
    def may_be_undone(self) -> bool:
        """Done less than ten minutes ago, and not undone yet."""
        return self.undone_at is None and timezone.now() <= self.undo_until

    @transaction.atomic
    def undo(self, *, by: User) -> Plan:
        """Puts back what the rows were; those changed since stay as they are and are named. Raises ValidationError."""
        stored = BulkChange.objects.select_for_update().get(pk=self.pk)
        if not stored.may_be_undone:
            raise ValidationError(_("This can no longer be undone."), code="too_late")
        kept = {row.follow_up_id: row for row in self.rows.all()}
        undone, now = Plan(), timezone.now()
        for found in _in_parts(FollowUp.objects.all().visible_to(by).filter(bulk_changes__change=self), locked=True):
            for row in found:
                one = kept[row.pk]
                if row.version == one.version:
                    _try(row, undone, one.put_back)
                else:
                    undone.skipped.append((row, gettext("It was changed since.")))
        undone.said = [Said(reason=gettext("Undone: a change of many at once.")) for _row in undone.changed]
        _store(undone, by=by, at=now)
        self.undone_at = now
        self.save(update_fields=["undone_at"])
        return undone


class BulkChangeRow(models.Model):
    """What one follow-up was before, and the version it was given."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows", verbose_name=_("bulk change"))
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="bulk_changes", verbose_name=_("follow-up"))
    version = models.PositiveIntegerField(_("version"))
    before = models.JSONField(_("before"))

    class Meta:
        verbose_name = _("row of a bulk change")
        verbose_name_plural = _("rows of a bulk change")

    def __str__(self) -> str:
        return f"{self.follow_up_id}"

    def put_back(self, follow_up: FollowUp) -> None:
        """Sets what the follow-up was."""
        for name in COLUMNS:
            column = next(one for one in FollowUp._meta.concrete_fields if one.attname == name)
            value = self.before[name]
            setattr(follow_up, name, value if column.is_relation else cast(Any, column).to_python(value))
