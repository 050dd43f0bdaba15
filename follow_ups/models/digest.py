"""What a colleague is told of in one mail: what is late, due soon, new, to be decided, and what is late elsewhere."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import DigestRhythm, User
from accounts.rights import Role
from agreements.models.reminder import to_decide_by
from follow_ups.models.follow_up import FollowUp, FollowUpQuerySet

DIGEST = "digest"  # The kind of mail.
DAY_BEGINS_AT = datetime.timedelta(hours=6)  # Nobody's digest is written before six in the morning.
DAYS = {DigestRhythm.DAILY.value: 1, DigestRhythm.WEEKLY.value: 7}
MOST_ROWS = 50  # of each section; the rest is counted, with a link


@dataclass
class Section:
    """One heading of the digest: its first rows, and how many there are."""

    key: str
    rows: list[Any] = field(default_factory=list)
    count: int = 0

    @classmethod
    def of(cls, key: str, rows: FollowUpQuerySet) -> "Section":
        """The most urgent rows first."""
        shown = list(rows.open_first().select_related("partner", "owner")[:MOST_ROWS])
        return cls(key, shown, len(shown) if len(shown) < MOST_ROWS else rows.count())

    @property
    def others(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass
class Digest:
    """All that is told, each record once, and the row numbers of what its reader owns and knows of by now."""

    on: datetime.date
    until: datetime.date
    late: Section
    soon: Section
    new: Section
    decide: Section  # Agreements, each with its reminder.
    elsewhere: Section
    told: list[int]
    news: frozenset[int]  # Of what is late or due soon, what the reader was not told of before.

    @property
    def sections(self) -> list[Section]:
        """Those that say something."""
        return [one for one in (self.late, self.decide, self.soon, self.new, self.elsewhere) if one.count]


def period_of(user: User, now: datetime.datetime) -> datetime.date:
    """The first day of the period that runs at this moment, in the user's own rhythm.

    A digest that was not made on its day is made on a later one: the period is the same.
    """
    day = timezone.localdate(now - DAY_BEGINS_AT)
    if user.digest == DigestRhythm.DAILY:
        return day
    return day - datetime.timedelta(days=(day.weekday() - user.digest_weekday) % 7)


def digest_of(user: User, *, on: datetime.date, told: Iterable[int] | None) -> Digest:
    """What this user is told on that day. `told` is what the user was told of before; None before the first digest.

    New is what the user owns and was not told of: whatever the moment it was recorded at, nothing falls between two
    digests, and what a full mail left out is new again in the next one.
    """
    known = set(told or ())
    until = on + datetime.timedelta(days=DAYS.get(user.digest, 1))
    own = FollowUp.objects.all().visible_to(user).current().owned_by(user).open()
    late = Section.of("late", own.overdue(on=on))
    soon = Section.of("soon", own.due_between(on, until))
    rest = own.filter(Q(due_on__isnull=True) | Q(due_on__gt=until))
    new = Section.of("new", rest.exclude(pk__in=known))
    elsewhere = Section.of("elsewhere", late_elsewhere(user, on=on))
    agreements = to_decide_by(user, on=on)
    decide = Section("decide", agreements[:MOST_ROWS], len(agreements))
    urgent = {row.pk for row in (*late.rows, *soon.rows)}
    news = frozenset() if told is None else frozenset(urgent - known)
    shown = {row.pk for section in (late, soon, new) for row in section.rows}
    still = known.intersection(own.values_list("pk", flat=True))
    return Digest(on, until, late, soon, new, decide, elsewhere, sorted(still | shown), news)


def late_elsewhere(manager: User, *, on: datetime.date) -> FollowUpQuerySet:
    """Work of others that is late for so long that this manager wants to know; nothing for who is no manager.

    The owner's department counts, or without an owner or department there, the follow-up's own. Where no manager of
    that department reads digests, every manager is told: late work is somebody's.
    """
    rows: Any = FollowUp.objects.all().visible_to(manager).current()
    if manager.role != Role.MANAGER or manager.escalate_after is None:
        return rows.none()  # type: ignore[no-any-return]  # Django's manager is untyped here.
    watched = User.objects.who_are_told_of_late_work().filter(department__isnull=False).values("department")
    rows = rows.overdue(on=on - datetime.timedelta(days=manager.escalate_after - 1)).exclude(owner=manager.pk)
    rows = rows.alias(answers=Coalesce("owner__department", "department"))
    mine = Q(answers__isnull=True) | ~Q(answers__in=watched)
    if manager.department_id is not None:
        mine |= Q(answers=manager.department_id)
    return rows.filter(mine)  # type: ignore[no-any-return]  # The same.
