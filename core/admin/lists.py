"""What the admin's lists may be asked."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# What may follow the name of a filtered field in the address.
PLAIN_LOOKUPS = frozenset({"exact", "id", "pk", "isnull", "in", "gte", "gt", "lte", "lt", "year", "month", "day"})


class ArchivedFilter(admin.SimpleListFilter):
    """Archived records are off the list until asked for."""

    title = _("archive")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("archived")), ("all", _("all"))]

    def choices(self, changelist: ChangeList) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("in use")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        return queryset.archived() if self.value() == "1" else queryset.current()


def is_declared(lookup: str, filters: Any, date_hierarchy: str | None) -> bool:
    """Whether a lookup in the address belongs to a filter that the list shows. Anything else could be used to guess."""
    for one in filters:
        if isinstance(one, type):
            if lookup == getattr(one, "parameter_name", None):
                return True
        elif _is_about(lookup, one[0] if isinstance(one, tuple | list) else one):
            return True
    return bool(date_hierarchy) and _is_about(lookup, date_hierarchy)


def _is_about(lookup: str, name: Any) -> bool:
    if lookup == name:
        return True
    return lookup.startswith(f"{name}__") and set(lookup.removeprefix(f"{name}__").split("__")) <= PLAIN_LOOKUPS
