"""A line for every export: who took which rows away, when."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.fields import LineField, ProseField


class ExportRecordQuerySet(models.QuerySet["ExportRecord"]):
    """Words about exports."""

    def visible_to(self, user: Viewer) -> "ExportRecordQuerySet":
        """Everyone's exports for who may read them all (administrators), else one's own."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if getattr(user, "may_read_exports", False) else self.filter(by_id=user.pk)


class ExportRecord(models.Model):
    """One export: the list, its filter as typed, how many rows, in which format."""

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    noun = LineField(_("list"), max_length=60, editable=False)
    query = ProseField(_("filter"), max_length=4000, blank=True, editable=False)
    row_count = models.PositiveIntegerField(_("number of rows"), editable=False)
    format = LineField(_("format"), max_length=20, editable=False)

    objects = ExportRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["by", "-at"], name="export_by_at")]

    def __str__(self) -> str:
        return f"{self.noun} · {self.row_count}"

    @classmethod
    def note(cls, by: AbstractBaseUser, *, noun: str, query: str, row_count: int, format: str) -> "ExportRecord":
        """Writes down that `by` took `row_count` rows of `noun` away."""
        return cls.objects.create(by_id=by.pk, noun=noun, query=query[:4000], row_count=row_count, format=format)
