"""Which rows can be chosen in a form."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from core.access import Viewer


def choosable(rows: Any, user: Viewer, keeping: Iterable[int] = ()) -> Any:
    """Visible rows, not archived and in use; and those that were chosen before, which stay."""
    visible = rows.visible_to(user) if hasattr(rows, "visible_to") else rows
    names = {field.name for field in rows.model._meta.get_fields()}
    usable = models.Q()
    if "archived_at" in names:
        usable &= models.Q(archived_at__isnull=True)
    if "is_active" in names:
        usable &= models.Q(is_active=True)
    kept = [*keeping]
    return visible.filter(usable | models.Q(pk__in=kept)) if kept else visible.filter(usable)
