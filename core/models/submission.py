"""One record per form that was sent, however often it was sent."""

import datetime
import uuid
from typing import ClassVar, Self, cast

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Viewer


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Words about submissions."""

    def expired(self, *, at: datetime.datetime) -> Self:
        """Sent longer ago than a form is sent again."""
        return self.filter(sent_at__lt=at - settings.ENTENTE_SUBMISSIONS_KEPT)


SubmissionManager = models.Manager.from_queryset(SubmissionQuerySet)


class Submission(models.Model):
    """A form that was sent, known by the number it carried, and the page that answered it.

    A form for a new record carries a number of its own. A double click, a retry on a bad line and a form that is sent
    again after "back" carry the same number: the first makes the record, the others are led to it.
    """

    token = models.UUIDField(_("number of the form"), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now, editable=False)
    answer = models.CharField(_("answer"), max_length=300, blank=True, editable=False)

    objects: ClassVar["SubmissionManager[Submission]"] = SubmissionManager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [models.UniqueConstraint(fields=["user", "token"], name="submission_once")]

    def __str__(self) -> str:
        return str(self.token)

    @staticmethod
    def new_token() -> str:
        """A number for a form about to be shown."""
        return str(uuid.uuid4())

    @classmethod
    def take(cls, token: str, user: Viewer) -> "Submission":
        """The submission of this form by this user; `is_repeated` when it was answered before.

        Call it in the transaction that makes the record: who comes second waits until the first is stored, or takes its
        place when the first failed. A form without a number, as a script may send, is a new one each time.
        """
        try:
            number = uuid.UUID(token)
        except ValueError:
            number = uuid.uuid4()
        submission, is_new = cls.objects.get_or_create(token=number, user_id=cast(int, user.pk))
        submission.is_repeated = not is_new
        return submission

    @classmethod
    def is_answered(cls, token: str, user: Viewer) -> bool:
        """Whether this user's form with this number is stored."""
        try:
            number = uuid.UUID(token)
        except ValueError:
            return False
        return cls.objects.filter(token=number, user_id=cast(int, user.pk)).exclude(answer="").exists()

    is_repeated = False

    def answered_with(self, url: str) -> str:
        """Notes the page that answers, for whoever sends the form again; gives it back."""
        self.answer = url
        self.save(update_fields=["answer"])
        return url
