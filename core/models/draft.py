"""Text that is being typed and not yet stored: kept per user and form, shown to nobody else."""

import datetime
import json
from typing import ClassVar, Self, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.models.submission import Submission

MOST_BYTES = 200_000
NEVER_KEPT = ("csrfmiddlewaretoken", "username", "password")


class DraftQuerySet(models.QuerySet["Draft"]):
    """Words about drafts."""

    def expired(self, *, at: datetime.datetime) -> Self:
        """Not touched for as long as a draft is kept."""
        return self.filter(saved_at__lt=at - settings.ENTENTE_DRAFTS_KEPT)


DraftManager = models.Manager.from_queryset(DraftQuerySet)


class Draft(models.Model):
    """The fields of a form as they were sent last, under the form's key ("meeting-outcome:12").

    It is no record: it leaves no history, and goes when the form is stored.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(_("form"), max_length=100)
    data = models.JSONField(_("fields as typed"), default=dict)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)

    objects: ClassVar["DraftManager[Draft]"] = DraftManager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once_per_form")]

    def __str__(self) -> str:
        return self.key

    @property
    def kept_until(self) -> datetime.datetime:
        """When it may be removed, unless it is touched before."""
        until: datetime.datetime = self.saved_at + settings.ENTENTE_DRAFTS_KEPT
        return until

    @classmethod
    def keep(cls, user: Viewer, key: str, fields: QueryDict) -> "Draft | None":
        """Keeps these fields in the place of what was kept before.

        None, and nothing is kept, when this very form was stored meanwhile: a last save on a slow line must not bring
        back what is done. Raises ValidationError when it is too much or has no key.
        """
        data = {name: values for name, values in fields.lists() if name not in NEVER_KEPT}
        if not key or len(key) > 100 or len(json.dumps(data)) > MOST_BYTES:
            raise ValidationError(_("This is too much text to keep as a draft."), code="too_large")
        with transaction.atomic():
            if Submission.is_answered(fields.get("submission", ""), user):
                return None
            data = {name: [value.replace("\x00", "") for value in values] for name, values in data.items()}
            values = {"data": data, "saved_at": timezone.now()}
            draft, _is_new = cls.objects.update_or_create(user_id=cast(int, user.pk), key=key, defaults=values)
            return draft

    @classmethod
    def of(cls, user: Viewer, key: str) -> "Draft | None":
        """What this user typed in this form and did not store."""
        draft = cls.objects.filter(user_id=cast(int, user.pk), key=key).first()
        # A save that crossed the storing of the form on its way.
        is_stored = draft is not None and Submission.is_answered(draft.fields().get("submission", ""), user)
        return None if is_stored else draft

    @classmethod
    def drop(cls, user: Viewer, key: str) -> None:
        """Forgets it: the form is stored, or the user wants it gone."""
        cls.objects.filter(user_id=cast(int, user.pk), key=key).delete()

    def fields(self) -> QueryDict:
        """The fields as a form reads them."""
        query = QueryDict(mutable=True)
        for name, values in self.data.items():
            query.setlist(name, values)
        return query
