"""Two people edited the same record: what the second one typed, put together with what the first one stored.

Compared is what a browser would send: each form is drawn as it was read, as it is stored now and as it was sent, and
its controls are read back. So it holds for every field, however it is entered. See docs/decisions/0009.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext as _

from core.access import Viewer
from core.history import NOTHING, AsRead, as_read, changes_since
from core.models import StaleVersion, Whole
from core.text import is_row_number

TAKE = "take"  # names the fields of which the stored text is taken instead of one's own
UNCOMPARED = frozenset({"version", "DELETE"})
TICKS = ("checkbox", "radio")


class Outcome(StrEnum):
    """What becomes of one field."""

    THEIRS = "theirs"  # only they changed it
    OWN = "own"  # only the user changed it
    BOTH = "both"  # both did: the user's text stays, unless theirs is taken
    ADDED = "added"  # a row of theirs
    REMOVED = "removed"  # a row that they took away
    RETURNED = "returned"  # a row that they took away and the user changed: a new row
    ELSEWHERE = "elsewhere"  # changed by them, and not on this page


@dataclass(frozen=True)
class Sent:
    """What a browser sends for one field, and the words that stand there."""

    values: dict[str, list[str]]
    words: str

    def says(self, other: "Sent | None") -> bool:
        """Whether both send the same."""
        return other is not None and self._filled() == other._filled()

    def _filled(self) -> dict[str, list[str]]:
        return {name: kept for name, values in self.values.items() if (kept := [one for one in values if one])}


@dataclass(frozen=True)
class Difference:
    """One field, or one row that came or went. Texts: None is not known, empty is not recorded."""

    label: str
    outcome: Outcome
    original: str | None = None
    stored: str | None = ""
    own: str | None = ""
    name: str = ""  # in the form
    anchor: str = ""  # of its control in the page
    row: str = ""  # the row it is in
    is_taken: bool = False


@dataclass
class Merge:
    """What is shown above the form. The form holds the record as it will be when it is saved now."""

    stored: Whole
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_side_by_side: bool = True  # else only what they changed, above a small form

    @property
    def said(self) -> str:
        """Who stored it when."""
        return " ".join(StaleVersion(self.stored).messages)

    @property
    def has_both(self) -> bool:
        """Whether there is something to choose."""
        return any(one.outcome == Outcome.BOTH for one in self.differences)


def lock(model: type[models.Model], pk: Any) -> Any:
    """The row as stored, or None; nobody else writes it until the transaction ends."""
    if not is_row_number(str(pk)):
        return None
    return model._base_manager.select_for_update().filter(pk=pk).first()


def version_in(data: Any, name: str = "version") -> int | None:
    """The version that was read, as the form sends it; None when that is no number."""
    given = data.get(name, "")
    return int(given) if is_row_number(given) else None


def since(stored: Whole, read: int | None, user: Viewer) -> Merge:
    """What changed in the record since it was read, to show above a small form."""
    found = changes_since(stored, read, user)
    return Merge(stored, [_elsewhere(change) for _name, change in found], is_side_by_side=False)


def merged(
    stored: Whole, make: Callable[..., forms.BaseForm], data: QueryDict, user: Viewer
) -> tuple[QueryDict, Merge | None]:
    """What to store, and no merge; or when somebody stored first what to show in the form, and the merge above it.

    `make(row, data)` is the form of the record, without data as it is stored. Call it with the row's lock held.
    """
    data = data.copy()
    read = version_in(data)
    if read == stored.version:
        take(data, [make(stored)])
        return data, None
    then = as_read(stored, read, user)
    merge = Merge(stored)
    merge.differences = put_together(
        data, stored=make(stored), own=make(stored, data.copy()), original=make(then.row) if then.row else None
    )
    merge.differences += elsewhere(stored, read, user, make(stored).fields)
    data["version"] = str(stored.version)
    return data, merge


def elsewhere(stored: Whole, read: int | None, user: Viewer, names: Iterable[str]) -> list[Difference]:
    """What they changed in fields that are not on this page."""
    known = {*names}
    return [_elsewhere(change) for name, change in changes_since(stored, read, user) if name not in known]


def _elsewhere(change: Any) -> Difference:
    before, after = ("" if words == NOTHING else words for words in (change.before, change.after))
    return Difference(change.label, Outcome.ELSEWHERE, before, after)


def put_together(
    data: QueryDict,
    *,
    stored: forms.BaseForm,
    own: forms.BaseForm,
    original: forms.BaseForm | None,
    row: str = "",
) -> list[Difference]:
    """Writes into `data` what is to be shown of one form, field by field; says what differs.

    The form that is shown has the names of `stored`. Without an original nobody knows who changed what: both did.
    """
    asked, found = {*data.getlist(TAKE)}, []
    for name, one in stored.fields.items():
        if name in UNCOMPARED or isinstance(one, forms.FileField):
            continue
        theirs, mine, before = read_field(stored, name), read_field(own, name), _read_original(original, name)
        if stored[name].is_hidden or mine.says(theirs):
            write_field(data, stored, name, theirs)
            continue
        outcome = Outcome.BOTH
        if before is not None and mine.says(before):
            outcome = Outcome.THEIRS
            write_field(data, stored, name, theirs)
        elif before is not None and theirs.says(before):
            outcome = Outcome.OWN
        words = (None if before is None else before.words, theirs.words, mine.words)
        html_name = stored.add_prefix(name)
        found.append(
            Difference(
                str(stored[name].label), outcome, *words, html_name, anchor_of(stored, name), row, html_name in asked
            )
        )
    return found


def _read_original(original: forms.BaseForm | None, name: str) -> Sent | None:
    return read_field(original, name) if original is not None and name in original.fields else None


def take(data: QueryDict, stored: Iterable[forms.BaseForm]) -> None:
    """Replaces the user's own text in the fields that say so by what is stored."""
    asked = {*data.getlist(TAKE)}
    for form in stored:
        for name in form.fields:
            if form.add_prefix(name) in asked and name not in UNCOMPARED:
                write_field(data, form, name, read_field(form, name))
    data.pop(TAKE, None)


def anchor_of(form: forms.BaseForm, name: str) -> str:
    """The place of a field in the page."""
    bound = form[name]
    return f"{bound.auto_id}_group" if bound.use_fieldset else str(bound.id_for_label)


def summary(form: forms.BaseForm) -> str:
    """Everything that stands in a row, as "label: words"."""
    said = ((form[name].label, read_field(form, name).words) for name in form.fields if _is_shown(form, name))
    return "; ".join(f"{label}: {words}" for label, words in said if words)


def is_same(one: forms.BaseForm, other: forms.BaseForm) -> bool:
    """Whether two forms of one row say the same."""
    names = [name for name in one.fields if _is_shown(one, name) and name in other.fields]
    return all(read_field(one, name).says(read_field(other, name)) for name in names)


def _is_shown(form: forms.BaseForm, name: str) -> bool:
    return name not in UNCOMPARED and not form[name].is_hidden and not isinstance(form.fields[name], forms.FileField)


def write_field(data: QueryDict, form: forms.BaseForm, name: str, sent: Sent) -> None:
    """Writes one field as a browser would send it."""
    html_name = form.add_prefix(name)
    for one in (html_name, f"{html_name}_choice"):
        data.pop(one, None)
    for suffix, values in sent.values.items():
        data.setlist(f"{html_name}{suffix}", values)


def read_field(form: forms.BaseForm, name: str) -> Sent:
    """What a browser sends for a field as it is drawn; values go by what follows the field's name."""
    reader = _Controls()
    reader.feed(form[name].as_widget())
    reader.close()
    html_name = form.add_prefix(name)
    values = {sent_as.removeprefix(html_name): said for sent_as, said in reader.values.items()}
    words = ", ".join(word for word in reader.words if word)
    if isinstance(form.fields[name], forms.BooleanField):
        words = _("yes") if any(one for said in values.values() for one in said) else _("no")
    return Sent(values, words)


class _Controls(HTMLParser):
    """The controls in a piece of a page: what they send, and what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.words: list[str] = []
        self._text: list[str] | None = None  # of the text area, option or label that is open
        self._area = self._select = ""
        self._option: tuple[str, bool] | None = None
        self._options: list[tuple[str, str, bool]] = []
        self._is_multiple = self._is_ticked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input":
            self._read_input(found)
        elif tag == "textarea":
            self._area, self._text = found.get("name") or "", []
        elif tag == "select":
            self._select, self._options, self._is_multiple = found.get("name") or "", [], "multiple" in found
        elif tag == "option":
            self._option, self._text = (found.get("value") or "", "selected" in found), []
        elif tag == "label":
            self._text, self._is_ticked = [], False

    def _read_input(self, found: dict[str, str | None]) -> None:
        kind, name, value = found.get("type") or "text", found.get("name"), found.get("value")
        is_tick = kind in TICKS
        if not name or kind in ("file", "submit", "button") or (is_tick and "checked" not in found):
            return
        self.values.setdefault(name, []).append(value or ("on" if is_tick and value is None else ""))
        if is_tick:
            self._is_ticked = True
        elif kind != "hidden" and value:
            self.words.append(_day_in_words(value) if kind == "date" else value)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self._text or ())
        if tag == "textarea":
            text = text.removeprefix("\n").replace("\r\n", "\n")
            self.values[self._area] = [text]
            self.words.append(text)
            self._text = None
        elif tag == "option" and self._option is not None:
            self._options.append((self._option[0], text.strip(), self._option[1]))
            self._option = self._text = None
        elif tag == "select":
            self._end_select()
        elif tag == "label":
            if self._is_ticked:
                self.words.append(" ".join(text.split()))
            self._text, self._is_ticked = None, False

    def _end_select(self) -> None:
        """The chosen options; where nothing is chosen and one must be, the first."""
        chosen = [(value, text) for value, text, is_chosen in self._options if is_chosen]
        if not chosen and not self._is_multiple:
            chosen = [(value, text) for value, text, _is_chosen in self._options[:1]]
        if chosen:
            self.values[self._select] = [value for value, _text in chosen]
        self.words += [text for value, text in chosen if value]


def _day_in_words(value: str) -> str:
    try:
        return formats.date_format(datetime.date.fromisoformat(value), "SHORT_DATE_FORMAT")
    except ValueError:
        return value


__all__ = ["AsRead", "Difference", "Merge", "Outcome", "as_read", "merged", "since"]
