"""The story of a follow-up: lines that are added and never altered."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.fields import EventDateField, LineField, ProseField, WordField
from follow_ups.models.follow_up import FollowUp, FollowUpStatus


class FollowUpUpdateQuerySet(models.QuerySet["FollowUpUpdate"]):
    """Lines of the story, with their follow-up's readers."""

    def visible_to(self, user: Viewer) -> "FollowUpUpdateQuerySet":
        """Lines of the follow-ups this user may read."""
        return self.filter(follow_up__in=FollowUp.objects.all().visible_to(user).values("pk"))

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
        indexes = [models.Index(fields=["follow_up", "-at", "-id"], name="follow_up_update_latest")]

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
