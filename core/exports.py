"""Columns as data, CSV that opens right in Excel without letting a formula through, and JSON."""

import csv
import datetime
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection, models, transaction
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.functional import Promise

from core.access import Viewer
from core.joined import APART, BETWEEN

# A cell that a spreadsheet would run: it starts, also after blanks, with one of these or their full-width forms.
_STARTS_FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
# Numbers and phone numbers are left alone: digits with the usual separators, nothing else.
_NUMBER = re.compile(r"^\s*[+-]?[\d][\d\s./()\u00a0\u202f,-]*%?\s*$")
GUARD = "'"


@dataclass(frozen=True)
class Column:
    """One column of a list and of its export: stable English key, heading, and what the database gives for it.

    `value` is a field path, or a function of who reads and when that gives an expression: names follow the
    reader's language, references to hidden records stay empty. `choices` turns stored words into the reader's.
    A column that `is_list` gives several texts, `joined` with `APART` between them.
    """

    key: str
    heading: str | Promise
    value: str | Callable[["Reading"], Combinable]
    choices: Callable[[], dict[Any, str]] | None = None
    is_list: bool = False

    def expression(self, reading: "Reading") -> Combinable:
        """The ORM expression of this column for this reader."""
        return models.F(self.value) if isinstance(self.value, str) else self.value(reading)


@dataclass(frozen=True)
class Reading:
    """Who reads an export, and on which day."""

    user: Viewer
    today: datetime.date


@dataclass(frozen=True)
class Format:
    """How a CSV is written."""

    name: str
    delimiter: str
    encoding: str
    is_for_people: bool


EXCEL = Format("excel", ";", "utf-8-sig", is_for_people=True)
PLAIN = Format("plain", ",", "utf-8", is_for_people=False)
FORMATS = {form.name: form for form in (EXCEL, PLAIN)}


def guard(text: str) -> str:
    """Puts an apostrophe before what a spreadsheet would run, and before what already starts with one.

    `unguard` gives the text back. Numbers ("-5,2") and phone numbers ("+32 2 553 00 00") stay as they are.
    """
    if text.startswith(GUARD) or (_STARTS_FORMULA.match(text) and not _NUMBER.match(text)):
        return GUARD + text
    return text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if text.startswith(GUARD) else text


def cell(value: Any, form: Format) -> str:
    """A value as text: Belgian dates for people, ISO for programs; unknown is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        moment = timezone.localtime(value)
        return moment.strftime("%d/%m/%Y %H:%M") if form.is_for_people else moment.isoformat(timespec="seconds")
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y") if form.is_for_people else value.isoformat()
    if isinstance(value, datetime.timedelta):
        return str(value.days)
    if isinstance(value, bool):
        return str(int(value))
    return guard(str(value).replace(APART, BETWEEN)) if isinstance(value, str | Promise) else str(value)


def values(queryset: models.QuerySet[Any], columns: Sequence[Column], reading: Reading) -> Iterator[tuple[Any, ...]]:
    """What each row has in these columns. One query, constant memory; on PostgreSQL call it inside a transaction."""
    names = {f"column_{column.key}": column.expression(reading) for column in columns}
    yield from queryset.annotate(**names).values_list(*names).iterator(chunk_size=2000)


def rows(
    queryset: models.QuerySet[Any], columns: Sequence[Column], form: Format, reading: Reading
) -> Iterator[list[str]]:
    """The heading and then each row as text; asked as `values` is."""
    yield [str(column.heading) if form.is_for_people else column.key for column in columns]
    words = [column.choices() if column.choices and form.is_for_people else None for column in columns]
    for row in values(queryset, columns, reading):
        yield [
            cell(value if word is None else word.get(value, value), form)
            for value, word in zip(row, words, strict=True)
        ]


def for_program(value: Any, column: Column) -> Any:
    """A value as JSON has it: nothing for what is not recorded, a list of texts for a list, ISO dates."""
    if column.is_list:
        return value.split(APART) if value else []
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, datetime.date) else value


def write_csv(
    queryset: models.QuerySet[Any], columns: Sequence[Column], form: Format, reading: Reading
) -> tuple[IO[bytes], int]:
    """Builds the whole file before a byte is sent, so that a break midway is an error and not a short file.

    Gives the file, at its start, and the number of rows. The reader's language is the active one.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  # The response closes it.
    text = io.TextIOWrapper(file, encoding=form.encoding, newline="")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\r\n")
    count = -1
    with _while_reading():
        for row in rows(queryset, columns, form, reading):
            writer.writerow(row)
            count += 1
    text.flush()
    text.detach()
    file.seek(0)
    return file, count


def write_json(
    queryset: models.QuerySet[Any], columns: Sequence[Column], head: dict[str, Any], reading: Reading
) -> tuple[IO[bytes], int]:
    """The whole file, as `write_csv` builds it: what `head` says, `rows` (one a line) and their `count`."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # The response closes it.
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(f'{json.dumps(head, ensure_ascii=False)[:-1]}, "rows": [')
    count = 0
    with _while_reading():
        for row in values(queryset, columns, reading):
            said = {column.key: for_program(value, column) for column, value in zip(columns, row, strict=True)}
            text.write(f"{',' if count else ''}\n{json.dumps(said, ensure_ascii=False)}")
            count += 1
    text.write(f'\n], "count": {count}}}\n')
    text.flush()
    text.detach()
    file.seek(0)
    return file, count


def _while_reading() -> AbstractContextManager[Any]:
    """On PostgreSQL a transaction, outside which it copies the whole result first.

    On SQLite none: its transactions take the lock for writing at once, and a long export would keep everyone waiting.
    """
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()


def file_name(noun: str, form: Format) -> str:
    """follow-ups-2024-04-25.csv"""
    return f"{noun}-{timezone.localdate().isoformat()}{'' if form.is_for_people else '-plain'}.csv"


def dated_name(noun: str, ending: str) -> str:
    """agreements-register-2024-04-25.json"""
    return f"{noun}-{timezone.localdate().isoformat()}.{ending}"


def words_of(choices: Sequence[tuple[Any, Any]]) -> Callable[[], dict[Any, str]]:
    """Stored words → the reader's words, looked up when the export runs."""
    return lambda: {key: str(label) for key, label in choices}
