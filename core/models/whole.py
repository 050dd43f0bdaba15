"""Wholes and their parts. A whole stands alone and is archived; a part belongs to one whole and goes with it."""

import datetime
from typing import Any, ClassVar, Self, TypeVar, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.actors import Writer, user_of
from core.fields import LineField
from core.models.recorded import Indexed, Recorded, RecordedQuerySet
from core.text import clean_line, fold

WholeModel = TypeVar("WholeModel", bound="Whole", covariant=True)
PartModel = TypeVar("PartModel", bound="Part", covariant=True)

KEPT_ON_EVERY_SAVE = ("version", "updated_at", "updated_by", "search_text", "sort_key")


class StaleVersion(ValidationError):
    """Somebody else saved this record after it was read; nothing was stored."""

    def __init__(self, stored: "Whole") -> None:
        self.stored = stored
        who = str(stored.updated_by) if stored.updated_by else "Entente"
        super().__init__(
            _("%(who)s changed this record on %(when)s, after you opened it. Your text is kept; look at theirs first.")
            % {"who": who, "when": timezone.localtime(stored.updated_at).strftime("%d/%m/%Y %H:%M")},
            code="stale_version",
        )


class WholeQuerySet(RecordedQuerySet[WholeModel]):
    """Words about any whole."""

    def current(self) -> Self:
        """Not archived."""
        return self.filter(archived_at__isnull=True)

    def archived(self) -> Self:
        """Archived: off lists and choices, still shown where referred to."""
        return self.filter(archived_at__isnull=False)

    def matching(self, text: str) -> Self:
        """Every word of `text` stands somewhere in the row's search text, accents and case aside."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def in_order(self) -> Self:
        """In the order of names and titles, the same on both databases."""
        return self.order_by("sort_key", "pk")


WholeManager = models.Manager.from_queryset(WholeQuerySet)


class Whole(Indexed, Recorded):
    """A record that stands on its own: who and when, a version against lost updates, archive, search."""

    named_by: ClassVar[tuple[str, ...]] = ("title",)  # The columns that `str()` reads, at most three.

    created_at = models.DateTimeField(_("created at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    updated_at = models.DateTimeField(_("last changed at"), editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("last changed by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, editable=False)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("archived by"),
    )
    archived_why = LineField(_("reason for archiving"), max_length=300, blank=True, default="", editable=False)

    objects: ClassVar[WholeManager[Any]] = WholeManager()

    class Meta:
        abstract = True

    def save(
        self,
        *args: Any,
        by: Writer | None = None,
        why: str = "",
        at: datetime.datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """Stores the record when nobody else did since it was read.

        The row is locked and its version compared in one transaction: comparing first and saving later loses
        updates. `at` is the moment to record, for imports of past work. Raises StaleVersion, WriterUnknown.
        """
        user = user_of(by)
        update_fields = kwargs.get("update_fields")
        if update_fields is not None:
            kwargs["update_fields"] = {*update_fields, *KEPT_ON_EVERY_SAVE}
        with transaction.atomic():
            self.updated_at, self.updated_by_id = at or timezone.now(), user.pk if user else None
            if self._state.adding:
                self.created_at, self.created_by_id = self.updated_at, self.updated_by_id
            else:
                self._compare_with_stored()
                self.version += 1
            self.index()
            super().save(*args, by=by, why=why, at=at, **kwargs)
            self.enter()

    def _compare_with_stored(self) -> None:
        stored = type(self)._base_manager.select_for_update().get(pk=self.pk)
        if stored.version != self.version:
            raise StaleVersion(stored)
        self.check_against(stored)

    def check_against(self, stored: "Whole") -> None:
        """A place for a model's own rule on what may differ from the stored row. Raises on a breach."""

    @property
    def is_findable(self) -> bool:
        """Whether search finds this record: in use, and of a kind that is searched."""
        return self.is_searched and not self.is_archived

    @property
    def is_archived(self) -> bool:
        """Whether the record is off the lists."""
        return self.archived_at is not None

    def archive(self, why: str, *, by: Writer) -> None:
        """Takes the record off lists and choices. Raises ValidationError without a reason."""
        why = clean_line(why)
        if not why:
            raise ValidationError({"archived_why": _("Say why this is archived.")})
        user = user_of(by)
        self.archived_at, self.archived_why = timezone.now(), why
        self.archived_by = cast(Any, user)
        self.save(by=by, why=why, update_fields={"archived_at", "archived_by", "archived_why"})

    def restore(self, *, by: Writer) -> None:
        """Puts an archived record back."""
        self.archived_at, self.archived_why, self.archived_by = None, "", None
        self.save(by=by, update_fields={"archived_at", "archived_by", "archived_why"})

    @property
    def is_settled(self) -> bool:
        """Whether it has become part of the record (held, signed, closed), so that its maker may not delete it."""
        return False

    def is_own_draft_of(self, user: AbstractBaseUser) -> bool:
        """Made by this user and not yet settled. What refers to it is for the database to say (PROTECT)."""
        return self.created_by_id == user.pk and not self.is_settled

    @staticmethod
    def archive_constraint(label: str) -> models.CheckConstraint:
        """Archived with a reason, or neither."""
        return models.CheckConstraint(
            condition=models.Q(archived_at__isnull=True, archived_by__isnull=True, archived_why="")
            | (models.Q(archived_at__isnull=False) & ~models.Q(archived_why="")),
            name=label,
            violation_error_message=_("An archived record says why; one in use does not."),
        )


class PartQuerySet(RecordedQuerySet[PartModel]):
    """Parts are seen with their whole."""

    def visible_to(self, user: Viewer) -> Self:
        """Parts of the wholes this user may read."""
        if not user.is_authenticated:
            return self.none()
        whole = self.model.whole_model()
        if not hasattr(whole, "level"):
            return self.all()
        visible = whole._default_manager.all().visible_to(user)
        return self.filter(**{f"{self.model.part_of}__in": visible.values("pk")})


PartManager = models.Manager.from_queryset(PartQuerySet)


class Part(Recorded):
    """A row that belongs to one whole, named by `part_of`, and is written and removed with it."""

    part_of: ClassVar[str]

    objects: ClassVar[PartManager[Any]] = PartManager()

    class Meta:
        abstract = True

    @classmethod
    def whole_model(cls) -> type[Whole]:
        """The model this is a part of."""
        return cast(type[Whole], cls._meta.get_field(cls.part_of).related_model)

    @property
    def whole(self) -> Whole:
        """The record this is a part of."""
        return cast(Whole, getattr(self, self.part_of))

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `Recorded.save`; the whole's search text follows."""
        with transaction.atomic():
            super().save(*args, by=by, why=why, **kwargs)
            self.whole.reindex()

    def delete(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As `Recorded.delete`; the whole's search text follows."""
        with transaction.atomic():
            deleted = super().delete(*args, by=by, why=why, **kwargs)
            self.whole.reindex()
        return deleted
