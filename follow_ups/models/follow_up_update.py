"""The story of a follow-up: lines that are added and never altered."""

from collections.abc import Sequence
from typing import Any, NoReturn, cast

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.fields import EventDateField, LineField, ProseField, WordField
from follow_ups.models.follow_up import FollowUp, FollowUpQuerySet, FollowUpStatus

OFTEN = 2  # moves of a due date
# The same words in the index, so that both databases use it.
MOVED = Q(due_from__isnull=False) & (Q(due_to__isnull=True) | Q(due_from__lt=F("due_to")) | Q(due_from__gt=F("due_to")))


class FollowUpUpdateQuerySet(models.QuerySet["FollowUpUpdate"]):
    """Lines of the story, with their follow-up's readers."""

    def visible_to(self, user: Viewer) -> "FollowUpUpdateQuerySet":
        """Lines of the follow-ups this user may read."""
        return self.filter(follow_up__in=FollowUp.objects.all().visible_to(user).values("pk"))

    def moves(self) -> "FollowUpUpdateQuerySet":
        """Lines by which a due date moved or went; giving the first one is no move."""
        return self.filter(MOVED)

    def moves_of(self, follow_ups: Sequence[int]) -> dict[int, int]:
        """How often the due date of each of these follow-ups (row numbers) moved; those that never did are left out."""
        rows = self.moves().filter(follow_up__in=follow_ups).order_by()
        return dict(rows.values_list("follow_up").annotate(count=models.Count("pk")))

    def moved_often(self) -> "models.QuerySet[FollowUpUpdate, Any]":
        """The row numbers of follow-ups whose due date moved twice or more."""
        groups: Any = self.moves().order_by().values("follow_up").annotate(count=models.Count("pk"))
        return cast("models.QuerySet[FollowUpUpdate, Any]", groups.filter(count__gte=OFTEN).values("follow_up"))

    def last_of(self, follow_ups: Sequence[int]) -> "dict[int, FollowUpUpdate]":
        """The last line with words of each of these follow-ups (row numbers)."""
        newer = self.filter(follow_up=OuterRef("follow_up")).exclude(text="", reason="").order_by("-at", "-pk")
        rows = self.filter(follow_up__in=follow_ups, pk=Subquery(newer.values("pk")[:1])).select_related("by")
        return {row.follow_up_id: row for row in rows}

    def update(self, **values: Any) -> NoReturn:
        raise TypeError("A line of the story is not altered.")

    def delete(self) -> NoReturn:
        raise TypeError("A line of the story is not removed.")


class FollowUpUpdate(models.Model):
    """One line: who, when, what was said, and what changed from what to what."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="updates", verbose_name=_("follow-up"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    text = ProseField(_("update"), max_length=4000, blank=True)
    reason = LineField(_("reason"), max_length=1000, blank=True)
    status_from = WordField(_("status before"), choices=FollowUpStatus.choices, blank=True, max_length=15)
    status_to = WordField(_("status"), choices=FollowUpStatus.choices, max_length=15)
    owner_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("owner before")
    )
    owner_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("owner")
    )
    due_from = EventDateField(_("due date before"), null=True)
    due_to = EventDateField(_("due date"), null=True)

    objects = FollowUpUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=["follow_up", "-at", "-id"], name="follow_up_update_latest"),
            models.Index(fields=["follow_up", "id"], condition=MOVED, name="follow_up_update_moves"),
        ]

    def __str__(self) -> str:
        return str(self.text or self.reason or self.get_status_to_display())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Added once. Raises TypeError on a second save."""
        if not self._state.adding:
            raise TypeError("A line of the story is not altered.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises TypeError."""
        raise TypeError("A line of the story is not removed.")

    @property
    def is_move(self) -> bool:
        """Whether by this line a due date moved or went."""
        return self.due_from is not None and self.due_from != self.due_to


def moved_often(rows: FollowUpQuerySet) -> FollowUpQuerySet:
    """Those whose due date moved twice or more."""
    return rows.filter(pk__in=FollowUpUpdate.objects.all().moved_often())
