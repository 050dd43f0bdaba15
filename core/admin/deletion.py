"""What stands in the way of deleting a record. Only what nothing refers to goes; the rest is archived."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.access import Viewer
from core.models import Part

MOST_NAMED = 20


@dataclass
class Blockers:
    """Whether anything refers to the rows, and the records among it that this user may know of."""

    is_blocked: bool = False
    named: list[models.Model] = field(default_factory=list)


def blockers(model: type[models.Model], pks: list[int], user: Viewer) -> Blockers:
    """What refers to these rows and does not go along with them."""
    found = Blockers()
    for rows in _referring(model, pks):
        if not rows.exists():
            continue
        found.is_blocked = True
        if hasattr(rows, "visible_to"):
            for row in rows.visible_to(user)[:MOST_NAMED]:
                named = row.whole if isinstance(row, Part) else row
                if named not in found.named:
                    found.named.append(named)
    return found


def _referring(model: type[models.Model], pks: list[int]) -> Iterator[Any]:
    """Rows that protect these, from whichever side they refer to them; the parts' own are included."""
    relations: list[Any] = model._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        referring: Any = relation.related_model
        rows = referring._default_manager.filter(**{f"{relation.field.name}__in": pks})
        if relation.many_to_many or relation.on_delete is models.PROTECT:
            yield rows
        elif relation.on_delete is models.CASCADE and not referring._meta.auto_created and rows.exists():
            yield from _referring(referring, list(rows.values_list("pk", flat=True)))
    yield from _citing(model, pks)


def _citing(model: type[models.Model], pks: list[int]) -> Iterator[Any]:
    """Rows that refer to any kind of record, which the database does not protect."""
    for referring in apps.get_models():
        for reference in referring._meta.private_fields:
            if isinstance(reference, GenericForeignKey):
                kind = ContentType.objects.get_for_model(model)
                yield referring._default_manager.filter(**{reference.ct_field: kind, f"{reference.fk_field}__in": pks})
