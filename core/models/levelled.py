"""Wholes with an access level. A child is never more open than its most closed parent."""

import datetime
from typing import Any, ClassVar, Self, TypeVar, cast

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.access import AccessLevel, LevelField, Viewer, level_ceiling, may_be_named
from core.actors import Writer
from core.models.whole import Whole, WholeQuerySet

LevelledModel = TypeVar("LevelledModel", bound="LevelledWhole", covariant=True)


class LevelledQuerySet(WholeQuerySet[LevelledModel]):
    """The only door to records with a level."""

    def visible_to(self, user: Viewer) -> Self:
        """Rows up to the user's level, and confidential rows that name the user."""
        return self.filter(readable(self.model, user)) if level_ceiling(user) else self.none()

    def seeing(self, user: Viewer, *references: str) -> Self:
        """Says of each reference whether this user may read what it points at: `sees_mission`, `sees_meeting`.

        A sideways reference to a hidden record is shown as if absent; this answers it in the rows' own query.
        """
        sights = {
            f"sees_{name}": models.ExpressionWrapper(
                readable(cast(Any, self.model._meta.get_field(name).related_model), user, name), models.BooleanField()
            )
            for name in references
        }
        return self.annotate(**sights)


LevelledManager = models.Manager.from_queryset(LevelledQuerySet)


def readable(model: type["LevelledWhole"], user: Viewer, path: str = "") -> models.Q:
    """The condition under which a signed-in user may read the row of `model` that `path` leads to.

    An empty path means the row itself. The creator and the users in the model's `naming_fields` count as named.
    """
    prefix = f"{path}__" if path else ""
    ceiling = level_ceiling(user)
    if ceiling == AccessLevel.CONFIDENTIAL:
        return models.Q(**{f"{prefix}pk__isnull": False})
    within = models.Q(**{f"{prefix}level__lte": ceiling})
    if not may_be_named(user):
        return within
    confidential = naming(model, user).filter(level__gt=ceiling)
    return within | models.Q(**{f"{prefix}pk__in": confidential.values("pk")})


def readable_line(
    model: type["LevelledWhole"], user: Viewer, *, record: str = "id", looked_up: bool = False
) -> models.Q:
    """The condition under which a line about a record of `model` was not above today's reader when it was written.

    A line says the level of that moment, and in the column `record` whose line it is; a line of history in `id`. Who
    is named on the record reads all its lines. With `looked_up`, the few records for which that matters are asked
    beforehand, for a statement that would else look them up for every row.
    """
    ceiling = level_ceiling(user)
    if ceiling == AccessLevel.CONFIDENTIAL:
        return models.Q()
    within = models.Q(level__lte=ceiling)
    if not may_be_named(user):
        return within
    records = naming(model, user).values("pk")
    if not looked_up:
        return within | models.Q(**{f"{record}__in": records})
    lines = cast(Any, model).history.model._base_manager.filter(level__gt=ceiling, id__in=records).order_by()
    return within | models.Q(id__in=set(lines.values_list("id", flat=True)))


def naming(model: type["LevelledWhole"], user: Viewer) -> models.QuerySet[Any]:
    """The rows that name this user, whatever their level."""
    names_user = models.Q()
    for field in model.naming_fields:
        names_user |= models.Q(**{field: user.pk})
    return model._base_manager.filter(names_user)


class LevelledWhole(Whole):
    """A whole that only some may read."""

    level = LevelField()
    named = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("named readers"),
        help_text=_("Colleagues who may read this record when it is confidential."),
    )

    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("named",)
    naming_fields: ClassVar[tuple[str, ...]] = ("created_by", "named")
    level_parents: ClassVar[tuple[str, ...]] = ()
    # Columns copied from a record that this one belongs to: {"mission": "meeting"}, the mission is the meeting's.
    copied_from: ClassVar[dict[str, str]] = {}

    objects: ClassVar[LevelledManager[Any]] = LevelledManager()

    class Meta:
        abstract = True

    def parents_level(self) -> int:
        """The highest stored level among the records this one belongs to; 0 when it belongs to none."""
        levels = [0]
        for name in self.level_parents:
            parent = cast("models.ForeignKey[Any, Any]", self._meta.get_field(name))
            stored = cast(Any, parent.related_model)._base_manager.filter(pk=getattr(self, parent.attname))
            # A new child waits for a parent that is being raised just now; an existing one is raised by it.
            levels += (stored.select_for_update() if self._state.adding else stored).values_list("level", flat=True)
        return int(max(levels))

    def lock_parents(self) -> None:
        """Locks what this belongs to, in a transaction that locks this and then makes another child of the same.

        Parents before children, everywhere: two hands that lock them crosswise would wait for each other for ever.
        """
        for name in self.level_parents:
            parent = cast("models.ForeignKey[Any, Any]", self._meta.get_field(name))
            rows = cast(Any, parent.related_model)._base_manager.filter(pk=getattr(self, parent.attname))
            rows.select_for_update().order_by().values_list("pk").first()

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `Whole.save`. Takes the parents' level when higher; raises the children's in the same transaction."""
        with transaction.atomic():
            self.level = max(self.level, self.parents_level())
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "level"}
            super().save(*args, by=by, why=why, **kwargs)
            self._raise_children(by, why, kwargs.get("at"))

    def bring_along(
        self, name: str, before: int | None, *, by: Writer | None, why: str = "", at: datetime.datetime | None = None
    ) -> None:
        """Gives the children their copy of the reference `name` again, once it changed here.

        `before` is what it was: a child that says something else was told so by a person, and keeps it.
        """
        attname = cast("models.ForeignKey[Any, Any]", self._meta.get_field(name)).attname
        for relation in self._meta.related_objects:
            child = relation.related_model
            if not (isinstance(child, type) and issubclass(child, LevelledWhole)):
                continue
            if child.copied_from.get(name) == relation.field.name:
                copies = {relation.field.name: self.pk, attname: before}
                for row in child._base_manager.select_for_update().filter(**copies).order_by("pk"):
                    setattr(row, attname, getattr(self, attname))
                    row.save(by=by, why=why, at=at, update_fields={name})

    def _raise_children(self, by: Writer | None, why: str, at: datetime.datetime | None) -> None:
        for relation in self._meta.related_objects:
            child = relation.related_model
            if (
                isinstance(child, type)
                and issubclass(child, LevelledWhole)
                and relation.field.name in child.level_parents
            ):
                more_open = {relation.field.name: self.pk, "level__lt": self.level}
                # Locked as they are read: who is saving one just now is waited for, and what they stored is raised.
                for row in child._base_manager.select_for_update().filter(**more_open).order_by("pk"):
                    row.level = self.level
                    row.save(by=by, why=why, at=at, update_fields={"level"})

    def is_visible_to(self, user: Viewer) -> bool:
        """Whether this user may read this row (one query)."""
        return type(self).objects.all().visible_to(user).filter(pk=self.pk).exists()
