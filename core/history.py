"""The history of one record in words: who, when, what changed from what to what.

Compared here and not with `diff_against`, which asks the database anew for every pair of lines, and which would
name what the reader may not see. A fixed number of queries, whatever the number of lines.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.access import AccessLevel, Viewer, level_ceiling, may_be_named
from core.models import LevelledWhole, Part
from core.models.recorded import DERIVED
from core.partial_dates import PartialDate, Precision

MOST_LINES = 500  # of one record; the newest
AT_ONCE = datetime.timedelta(seconds=2)  # a save and its many-to-many choices are written one after the other
UNSAID = DERIVED | {"id", "version", "created_at", "created_by", "updated_at", "updated_by", "archived_by", "password"}
NOTHING = "–"


@dataclass(frozen=True)
class Change:
    """One field, from what to what."""

    label: str
    before: str
    after: str


@dataclass
class Entry:
    """One write."""

    at: datetime.datetime
    by: str
    what: str
    why: str = ""
    changes: list[Change] = field(default_factory=list)


def entries_of(row: models.Model, user: Viewer, *, parts: Iterable[type[models.Model]] = ()) -> list[Entry]:
    """The history of a record and its parts, newest first, as far as this user may read it."""
    behind = [_Story(type(one), {"id": one.pk}, _ceiling(one, user)) for one in _behind(row)]
    own = _Story(type(row), {"id": row.pk}, _ceiling(row, user), behind=behind)
    stories = [own]
    stories += [
        _Story(part, {f"{_link_to(part, type(row))}_id": row.pk}, own.ceiling, behind=[own], is_part=True)
        for part in parts
        if hasattr(part, "history") and not issubclass(part, LevelledWhole)
    ]
    words = _Words(stories, user)
    found = sorted(
        (entry for story in stories for entry in story.entries(words)), key=lambda entry: entry.at, reverse=True
    )
    return found[:MOST_LINES]


@dataclass(frozen=True)
class AsRead:
    """A whole as it stood at an earlier version, as far as this user may read that."""

    line: Any = None  # of the history; None when there is none, or none that the user may read
    until: datetime.datetime | None = None  # when the next version was written; None when none was

    @property
    def row(self) -> Any:
        """The record itself, with the many-to-many choices of then."""
        return _row_of(self.line) if self.line is not None else None

    def rows_of(self, model: type[models.Model], link: str) -> dict[int, Any]:
        """Its parts of one kind, as they stood just before the next version was written."""
        if self.line is None:
            return {}
        history = cast(Any, model).history
        lines = history.filter(id__in=history.filter(**{f"{link}_id": self.line.id}).values("id"))
        if self.until is not None:
            lines = lines.filter(history_date__lt=self.until)
        latest: dict[int, Any] = {}
        for line in lines.order_by("-history_date", "-history_id"):
            latest.setdefault(line.id, line)
        whole = self.line.id
        stood = [one for one in latest.values() if one.history_type != "-" and getattr(one, f"{link}_id") == whole]
        return {line.id: _row_of(line) for line in stood}


def as_read(row: models.Model, version: int | None, user: Viewer) -> AsRead:
    """The record at the version that somebody read. Its last line: many-to-many choices are written after the row."""
    lines = cast(Any, type(row)).history.filter(id=row.pk)
    if version is None:
        return AsRead()
    line = lines.filter(version=version).order_by("-history_id").first()
    if line is None or (isinstance(row, LevelledWhole) and line.level > _ceiling(row, user)):
        return AsRead()
    later = lines.filter(version__gt=version).order_by("version", "history_id").first()
    return AsRead(line, later.history_date if later else None)


def changes_since(row: models.Model, version: int | None, user: Viewer) -> list[tuple[str, Change]]:
    """What differs between the version that somebody read and what is stored: names of fields, and what they say."""
    line = as_read(row, version, user).line
    if line is None:
        return []
    story = _Story(type(row), {"id": row.pk}, _ceiling(row, user))
    last = story.lines[0] if story.lines else None
    if last is None or last.version == version or line.history_id not in {one.history_id for one in story.lines}:
        return []
    return list(story.named_changes(last, line, _Words([story], user)))


def _row_of(line: Any) -> Any:
    row = line.instance
    row._state.adding, row._state.db = False, line._state.db
    row.chosen_then = {
        one.name: list(getattr(line, one.name).values_list(f"{one.m2m_reverse_field_name()}_id", flat=True))
        for one in type(line)._history_m2m_fields
    }
    return row


def _ceiling(row: models.Model, user: Viewer) -> int:
    """The highest level of a line that this user reads; a record that names the user opens its past too."""
    ceiling = level_ceiling(user)
    if not isinstance(row, LevelledWhole) or ceiling == AccessLevel.CONFIDENTIAL or not may_be_named(user):
        return ceiling
    names_user = models.Q()
    for name in row.naming_fields:
        names_user |= models.Q(**{name: user.pk})
    return int(AccessLevel.CONFIDENTIAL) if type(row)._base_manager.filter(names_user, pk=row.pk).exists() else ceiling


def _behind(row: models.Model) -> list[models.Model]:
    """The wholes from which a part with pages of its own takes its level: the one it is in, the one it is about."""
    if not isinstance(row, Part):
        return []
    about = [getattr(row, one.name) for one in row._meta.private_fields if isinstance(one, GenericForeignKey)]
    return [row.whole, *(one.whole if isinstance(one, Part) else one for one in about if one is not None)]


def _link_to(part: type[models.Model], whole: type[models.Model]) -> str:
    named = getattr(part, "part_of", None)
    return str(named or next(one.name for one in part._meta.fields if one.related_model is whole))


class _Story:
    """The lines of one record, or of all parts of one kind, with their many-to-many choices."""

    def __init__(
        self,
        model: type[models.Model],
        where: dict[str, Any],
        ceiling: int,
        *,
        behind: Sequence["_Story"] = (),
        is_part: bool = False,
    ) -> None:
        self.model, self.ceiling, self.is_part = model, ceiling, is_part
        lines: Any = cast(Any, model).history.filter(**where).select_related("history_user")
        written = list(lines.order_by("-history_date", "-history_id")[:MOST_LINES])
        is_levelled = issubclass(model, LevelledWhole)
        self.levels = [(line.history_date, line.level) for line in written] if is_levelled else []
        self.lines = [
            line
            for line in written
            if (not is_levelled or line.level <= ceiling)
            and all(one.level_on(_written_at(line, written)) <= one.ceiling for one in behind)
        ]
        lines_model = cast(Any, model).history.model
        self.several = {one.name: one for one in lines_model._history_m2m_fields}
        self.chosen: dict[tuple[int, str], frozenset[int]] = defaultdict(frozenset)
        for name, one in self.several.items():
            rows = getattr(lines_model, name).model.objects.filter(
                history_id__in=[line.history_id for line in self.lines]
            )
            target = f"{one.m2m_reverse_field_name()}_id"
            for line, pk in rows.values_list("history_id", target):
                self.chosen[line, name] |= {pk}
        self.fields = [one for one in lines_model.tracked_fields if self._is_said(one)]

    def level_on(self, moment: datetime.datetime) -> int:
        """The level this record had at that moment; 0 for one without levels. Its parts written then have the same."""
        if not self.levels:
            return 0
        return int(next((level for at, level in self.levels if at <= moment), self.levels[-1][1]))

    def _is_said(self, one: Any) -> bool:
        is_own_whole = self.is_part and one.name == getattr(self.model, "part_of", None)
        return one.name not in UNSAID and not one.name.endswith("_precision") and not is_own_whole

    def references(self) -> Iterator[tuple[type[models.Model], int]]:
        """Every record that a line points at."""
        for line in self.lines:
            for one in self.fields:
                if one.is_relation and (pk := getattr(line, one.attname)) is not None:
                    yield one.related_model, pk
            for name, one in self.several.items():
                for pk in self.chosen[line.history_id, name]:
                    yield one.related_model, pk

    def entries(self, words: "_Words") -> Iterator[Entry]:
        """Each write in words; a write that changed nothing the reader may see is left out."""
        if not self.is_part:
            yield from self._compared(self.lines, words)
            return
        by_part: dict[int, list[Any]] = defaultdict(list)
        for line in self.lines:
            if self._is_about_the_visible(line, words):
                by_part[line.id].append(line)
        for lines in by_part.values():
            yield from self._compared(lines, words)

    def _is_about_the_visible(self, line: Any, words: "_Words") -> bool:
        """Whether a part does not exist for this reader because what it attaches is hidden."""
        attached = [
            one
            for one in self.fields
            if one.is_relation and not one.null and issubclass(one.related_model, LevelledWhole)
        ]
        return all(words.of(one, line) != NOTHING for one in attached)

    def _compared(self, lines: list[Any], words: "_Words") -> Iterator[Entry]:
        later: Entry | None = None
        for line, before in zip(lines, [*lines[1:], None], strict=True):
            changes = list(self._changes(line, before, words))
            if not changes and line.history_type == "~":
                continue
            entry = Entry(
                line.history_date,
                self._writer(line),
                self._what(line, words),
                line.history_change_reason or "",
                changes,
            )
            if (
                later is not None
                and line.history_type != "-"
                and later.at - entry.at < AT_ONCE
                and later.by == entry.by
            ):
                later.at, later.what, later.why = entry.at, entry.what, entry.why
                later.changes = [*entry.changes, *later.changes]
                continue
            if later is not None:
                yield later
            later = entry
        if later is not None:
            yield later

    def _changes(self, line: Any, before: Any, words: "_Words") -> Iterator[Change]:
        """What differs from the line before. Of a part that came or went, everything it said."""
        if not self.is_part and (before is None or line.history_type == "-"):
            return
        if line.history_type == "-":
            line, before = None, line
        for _name, change in self.named_changes(line, before, words):
            yield change

    def named_changes(self, line: Any, before: Any, words: "_Words") -> Iterator[tuple[str, Change]]:
        """What differs between two lines, with the names of the fields."""
        for one in self.fields:
            was, now = words.of(one, before), words.of(one, line)
            if was != now:
                yield one.name, Change(capfirst(str(one.verbose_name)), was, now)
        for name, one in self.several.items():
            was, now = (
                words.of_several(one, self.chosen[side.history_id, name] if side else ()) for side in (before, line)
            )
            if was != now:
                yield name, Change(capfirst(str(one.verbose_name)), was, now)

    def _writer(self, line: Any) -> str:
        return str(line.history_user) if line.history_user else "Entente"

    def _what(self, line: Any, words: "_Words") -> str:
        done = {"+": _("created"), "~": _("changed"), "-": _("deleted")}[line.history_type]
        if not self.is_part:
            return done
        return f"{capfirst(str(self.model._meta.verbose_name))} {done}"


def _written_at(line: Any, lines: list[Any]) -> datetime.datetime:
    """When the text of a line was written: a line about a removal repeats what the line before it said."""
    before = (one for one in lines if one.id == line.id and one.history_id < line.history_id)
    written: Any = next(before, line) if line.history_type == "-" else line
    return cast(datetime.datetime, written.history_date)


class _Words:
    """Stored values in the reader's words. A record that the reader may not see is as if absent."""

    def __init__(self, stories: Iterable[_Story], user: Viewer) -> None:
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for story in stories:
            for model, pk in story.references():
                wanted[model].add(pk)
        self.names = {model: self._names(model, pks, user) for model, pks in wanted.items()}

    @staticmethod
    def _names(model: type[models.Model], pks: set[int], user: Viewer) -> dict[int, str]:
        rows: Any = model._default_manager.all()
        visible = rows.visible_to(user) if hasattr(rows, "visible_to") else rows
        named_with = [one.name for one in model._meta.fields if one.is_relation and not one.null]
        return {row.pk: str(row) for row in visible.filter(pk__in=pks).select_related(*named_with)}

    def of(self, one: Any, line: Any) -> str:
        """One field of one line."""
        if line is None:
            return NOTHING
        value = getattr(line, one.attname)
        if one.is_relation:
            return self.names.get(one.related_model, {}).get(value, NOTHING)
        if value is None or value == "":
            return NOTHING
        if one.flatchoices:
            return str(dict(one.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime.datetime):
            return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        if isinstance(value, datetime.date):
            return str(PartialDate(value, Precision(getattr(line, f"{one.name}_precision", "") or Precision.DAY)))
        if isinstance(value, datetime.time):
            return formats.time_format(value, "TIME_FORMAT")
        return str(value)

    def of_several(self, one: Any, pks: Iterable[int]) -> str:
        """A many-to-many choice."""
        names = self.names.get(one.related_model, {})
        return ", ".join(sorted(names[pk] for pk in pks if pk in names)) or NOTHING
