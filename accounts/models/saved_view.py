"""Filters of a list that are kept under a name: for oneself, for one's department, or for everyone."""

import datetime
from typing import ClassVar, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from core.access import Viewer
from core.fields import LineField, WordField
from core.text import clean_line

MOST_PINNED = 6  # on one home page


class Sharing(models.TextChoices):
    """Who finds a saved view among theirs."""

    PRIVATE = "private", _("only me")
    DEPARTMENT = "department", _("my department")
    EVERYONE = "everyone", _("everyone")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Words about saved views. What a view shows, the list itself decides, for whoever looks."""

    def visible_to(self, user: Viewer) -> "SavedViewQuerySet":
        """One's own, those shared with one's department, those shared with everyone."""
        if not user.is_authenticated:
            return self.none()
        shared = models.Q(user=user.pk) | models.Q(sharing=Sharing.EVERYONE)
        department = getattr(user, "department_id", None)
        if department:
            shared |= models.Q(sharing=Sharing.DEPARTMENT, user__department=department)
        return self.filter(shared)

    def of_list(self, noun: str) -> "SavedViewQuerySet":
        """Of one list, in the order of their names."""
        return self.filter(noun=noun).order_by("name", "pk")


class SavedView(models.Model):
    """A list's query string under a name. The address is the view: it holds nothing else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    noun = LineField(_("list"), max_length=60)  # as in the list's address: follow-ups
    name = LineField(_("name"), max_length=80)
    query = LineField(_("filter"), max_length=2000, blank=True)
    sharing = WordField(_("for whom"), choices=Sharing.choices, default=Sharing.PRIVATE, max_length=12)
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "noun", "name"],
                name="saved_view_once_per_name",
                violation_error_message=_("You have a view with this name."),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def keep(cls, user: User, *, noun: str, query: str, name: str, sharing: str) -> "SavedView":
        """Keeps this filter under this name, in the place of one's own of the same name. Raises ValidationError."""
        name = clean_line(name)
        if not name:
            raise ValidationError({"name": _("Give this view a name.")})
        said = {"query": query, "sharing": sharing}
        cls(user=user, noun=noun, name=name, **said).full_clean(validate_unique=False, validate_constraints=False)
        # In one step: a double click keeps one.
        return cls.objects.update_or_create(user=user, noun=noun, name=name, defaults=said)[0]


class Pin(models.Model):
    """A saved view on somebody's home page, and when they last looked at it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="pins", verbose_name=_("saved view"))
    looked_at = models.DateTimeField(_("looked at"), default=timezone.now)

    objects: ClassVar["models.Manager[Pin]"] = models.Manager()

    class Meta:
        verbose_name = _("pinned view")
        verbose_name_plural = _("pinned views")
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "view"], name="view_pinned_once")
        ]

    def __str__(self) -> str:
        return str(self.view)

    @classmethod
    def of(cls, user: Viewer) -> "list[Pin]":
        """The pins of this user whose view they may still see (one query)."""
        seen = SavedView.objects.visible_to(user)
        return list(cls.objects.filter(user=user.pk, view__in=seen).select_related("view")[:MOST_PINNED])

    @classmethod
    def look(cls, user: Viewer, view: SavedView, *, at: datetime.datetime | None = None) -> None:
        """This user looks at the view now; what comes after is new to them."""
        cls.objects.filter(user=cast(int, user.pk), view=view).update(looked_at=at or timezone.now())

    @classmethod
    def put(cls, user: User, view: SavedView) -> None:
        """On the home page. Raises ValidationError when there is no room."""
        if cls.objects.filter(user=user).exclude(view=view).count() >= MOST_PINNED:
            raise ValidationError(_("There is no room for more pinned views; take one off first."), code="full")
        cls.objects.get_or_create(user=user, view=view)
