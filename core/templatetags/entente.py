"""Tags and filters that every template may use."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from core.access import AccessLevel

register = template.Library()


@register.filter
def due_words(due_on: datetime.date | None, on: datetime.date | None = None) -> str:
    """The one wording for due dates: "3 days late", "today", "tomorrow", "in 5 days"; empty without a date.

    `on` is the day it is said; today unless given.
    """
    if due_on is None:
        return ""
    days = (due_on - (on or timezone.localdate())).days
    if days < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


@register.filter
def days_ago(day: datetime.date | None) -> str:
    """ "577 days ago", "today"; empty without a date."""
    if day is None:
        return ""
    days = (timezone.localdate() - day).days
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days} if days else gettext("today")


@register.filter
def is_past(day: datetime.date | None, on: datetime.date | None = None) -> bool:
    """Whether a day lies before today, or before `on`."""
    return day is not None and day < (on or timezone.localdate())


@register.filter
def level_icon(level: int) -> str:
    """The icon of an access level."""
    return f"level-{int(level)}"


@register.filter
def level_words(level: int) -> str:
    """An access level in words."""
    return str(AccessLevel(level).label)


@register.simple_tag(takes_context=True)
def heading(context: template.Context, key: str, label: str) -> SafeString:
    """A table heading that orders the list by `key`; a second press turns the order round."""
    query: QueryDict = context["request"].GET.copy()
    current = context.get("order", "")
    state = "ascending" if current == key else "descending" if current == f"-{key}" else ""
    query["o"] = f"-{key}" if current == key else key
    query.pop("page", None)
    sorted_by = format_html(' aria-sort="{}"', state) if state else ""
    return format_html('<th scope="col"{}><a class="sort" href="?{}">{}</a></th>', sorted_by, query.urlencode(), label)


@register.simple_tag(takes_context=True)
def shortcut(context: template.Context, query: str, label: str) -> SafeString:
    """A link to what is often asked of this list, marked when it is what is asked now."""
    asked: QueryDict = context["request"].GET.copy()
    asked.pop("page", None)
    current = mark_safe(' aria-current="true"') if asked == QueryDict(query) else ""
    return format_html('<a href="?{}"{}>{}</a>', escape(query), current, label)  # A template's own words count as safe.


@register.simple_tag(takes_context=True)
def export_url(context: template.Context, format: str = "excel") -> str:
    """The address of this list's CSV with the same filters and order."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    if format != "excel":
        query["format"] = format
    path = f"{context['request'].path}export.csv"
    return f"{path}?{query.urlencode()}" if query else path


@register.simple_tag(takes_context=True)
def views_query(context: template.Context) -> str:
    """What the page of saved views is asked: this list, and the filter and order that it shows."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    return urlencode({"noun": context["noun"], "query": query.urlencode()})


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """A dictionary's value."""
    return mapping.get(key)


@register.filter
def lacking(record: Any, rules: Iterable[Any]) -> list[str]:
    """The labels of the rules that a row of `with_gaps` breaks."""
    return [str(rule.label) for rule in rules if getattr(record, f"lacks_{rule.key}")]


class ErrorPlace(NamedTuple):
    """What is wrong where: the words that name the field, what to do about it, and the id in the page."""

    label: str
    error: str
    anchor: str


@register.simple_tag
def error_places(adminform: Any, inlines: Any) -> list[ErrorPlace]:
    """Every field and row of an admin page that was refused, in the order of the page."""
    return [
        *_wrong_fields(adminform.form),
        *(place for inline in inlines for place in _wrong_rows(inline.formset, inline.opts)),
    ]


def _wrong_fields(form: Any, before: str = "") -> Iterator[ErrorPlace]:
    for bound in form:
        for error in bound.errors:
            yield ErrorPlace(f"{before}{capfirst(bound.label)}", error, bound.id_for_label or bound.auto_id)


def _wrong_rows(formset: Any, options: Any) -> Iterator[ErrorPlace]:
    for error in formset.non_form_errors():
        yield ErrorPlace(capfirst(str(options.verbose_name_plural)), error, f"{formset.prefix}-group")
    for number, form in enumerate(formset.forms, start=1):
        row = f"{capfirst(str(options.verbose_name))} {number}"
        for error in form.non_field_errors():
            yield ErrorPlace(row, error, form.prefix)
        yield from _wrong_fields(form, f"{row}, ")
