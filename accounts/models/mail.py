"""The queue of mail: who gets which mail for which period, and how far that is. What it says is made when it leaves."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from core.fields import LineField, WordField

# After a refusal the next attempt waits longer each time; the last pause is repeated until the next mail takes over.
PAUSES = tuple(datetime.timedelta(minutes=minutes) for minutes in (10, 20, 40, 80, 160, 320, 720))
# A sender that was killed between taking a mail and putting it down: so long later another may take it.
LEASE = datetime.timedelta(minutes=15)
KEPT = datetime.timedelta(days=90)


class MailState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    EMPTY = "empty", _("nothing to say")
    WITHDRAWN = "withdrawn", _("withdrawn")


class MailQuerySet(models.QuerySet["Mail"]):
    """Words about mail."""

    def waiting(self) -> "MailQuerySet":
        """To be sent."""
        return self.filter(state=MailState.WAITING)

    def due(self, now: datetime.datetime) -> "MailQuerySet":
        """To be sent now."""
        return self.waiting().filter(try_at__lte=now)

    def told(self) -> "MailQuerySet":
        """Of which it is settled what the reader knows: sent, or there was nothing to say."""
        return self.filter(state__in=[MailState.SENT, MailState.EMPTY])

    def latest_first(self) -> "MailQuerySet":
        """By period."""
        return self.order_by("-period", "-pk")


MailManager = models.Manager.from_queryset(MailQuerySet)


class Mail(models.Model):
    """One mail to one user for one period. The unique key makes a repeated run queue nothing twice.

    It holds no text: a text that waits grows stale, and what its reader may no longer see must not leave.
    `told` are the row numbers of what the reader has been told of, from which the next mail knows what is new.
    """

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails", verbose_name=_("recipient"))
    kind = LineField(_("kind"), max_length=20, editable=False)
    period = models.DateField(_("for the period from"), editable=False)
    state = WordField(_("state"), choices=MailState.choices, default=MailState.WAITING, max_length=10)
    made_at = models.DateTimeField(_("queued at"), default=timezone.now, editable=False)
    try_at = models.DateTimeField(_("next attempt at"), default=timezone.now, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    last_error = LineField(_("last error"), max_length=100, blank=True, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    told = models.JSONField(_("what it tells of"), default=list, editable=False)

    objects: ClassVar[MailManager[Any]] = MailManager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(fields=["to", "kind", "period"], name="mail_once_per_period"),
            models.CheckConstraint(
                condition=Q(state=MailState.WAITING, settled_at__isnull=True)
                | (~Q(state=MailState.WAITING) & Q(settled_at__isnull=False)),
                name="mail_that_no_longer_waits_says_when",
            ),
        ]
        indexes = [models.Index(fields=["try_at"], condition=Q(state="waiting"), name="mail_waiting_by_attempt")]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"

    def take(self, now: datetime.datetime) -> bool:
        """Takes it for this sender; False when another has it. One statement, so both databases let one sender win."""
        taken = type(self).objects.filter(pk=self.pk, state=MailState.WAITING, try_at=self.try_at)
        self.try_at = now + LEASE
        return bool(taken.update(try_at=self.try_at, attempts=F("attempts") + 1))

    def settle(self, state: MailState, *, told: list[int] | None = None, now: datetime.datetime) -> None:
        """Sent, nothing to say, or withdrawn."""
        values = {"state": state, "settled_at": now, "last_error": ""}
        type(self).objects.filter(pk=self.pk).update(**values, **({} if told is None else {"told": told}))

    def put_back(self, error: str, now: datetime.datetime) -> None:
        """It did not leave; tried again after a pause that grows."""
        pause = PAUSES[min(self.attempts, len(PAUSES) - 1)]
        type(self).objects.filter(pk=self.pk).update(try_at=now + pause, last_error=error[:100])

    def give_back(self, tried_at: datetime.datetime) -> None:
        """It was not its turn after all: the server went away."""
        mails = type(self).objects.filter(pk=self.pk)
        mails.update(try_at=tried_at, attempts=F("attempts") - 1)

    @classmethod
    def queue(cls, kind: str, periods: dict[int, datetime.date], *, now: datetime.datetime) -> int:
        """One mail for each user (row number) whose latest one is for an earlier period; gives how many.

        What still waits for an earlier period is withdrawn: the new one says all that it would have said.
        """
        known = cls.objects.filter(kind=kind, to__in=periods).values_list("to").annotate(models.Max("period"))
        latest = dict(known)
        wanted = {pk: day for pk, day in periods.items() if latest.get(pk) is None or latest[pk] < day}
        rows = [cls(to_id=pk, kind=kind, period=day, made_at=now, try_at=now) for pk, day in wanted.items()]
        cls.objects.bulk_create(rows, ignore_conflicts=True)
        for day in set(wanted.values()):
            readers = [pk for pk, its_day in wanted.items() if its_day == day]
            stale = cls.objects.filter(kind=kind, to__in=readers, period__lt=day).waiting()
            stale.update(state=MailState.WITHDRAWN, settled_at=now)
        return len(rows)

    @classmethod
    def told_before(cls, kind: str, user: User) -> "Mail | None":
        """The latest mail of which this user knows what it said."""
        return cls.objects.filter(kind=kind, to=user).told().latest_first().first()

    @classmethod
    def forget_old(cls, now: datetime.datetime) -> None:
        """Drops what was settled long ago; the latest of each reader stays."""
        newer = cls.objects.filter(to=models.OuterRef("to"), kind=models.OuterRef("kind")).told()
        newer = newer.filter(period__gt=models.OuterRef("period"))
        old = cls.objects.filter(settled_at__lt=now - KEPT).filter(models.Exists(newer))
        old.delete()
