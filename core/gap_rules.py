"""Gaps as data: each rule is a word of the QuerySet, so that a page, a count and a filter ask the same question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise

from core.access import Viewer
from core.gaps import Gap


@dataclass(frozen=True)
class GapRule:
    """What can be missing: stable key, label, place on the change page (empty: not there), rows that miss it."""

    key: str
    label: str | Promise
    anchor: str
    rows: Callable[[Any, Viewer], Any]


def with_gaps(rows: Any, rules: Sequence[GapRule], user: Viewer) -> Any:
    """Says of each row which rules it breaks, as this user may see it, in the rows' own query."""
    every = rows.model._default_manager.all()
    return rows.annotate(
        **{f"lacks_{rule.key}": Exists(rule.rows(every, user).filter(pk=OuterRef("pk"))) for rule in rules}
    )


def gaps_of(
    record: Any, rules: Sequence[GapRule], change_url: str = "", elsewhere: Mapping[str, str] | None = None
) -> list[Gap]:
    """The gaps of a row that `with_gaps` gave; each links to its field when the change page is known.

    `elsewhere` names the pages, by the rule's key, of what is filled in on a page of its own.
    """
    pages = elsewhere or {}
    return [
        Gap(str(rule.label), pages.get(rule.key) or (f"{change_url}#{rule.anchor}" if rule.anchor else ""))
        if change_url
        else Gap(str(rule.label))
        for rule in rules
        if getattr(record, f"lacks_{rule.key}")
    ]
