"""What each column of a published file means: for its readers, on a page, inside the file and as a file of its own."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.exports import Column, Format, guard


class ColumnType(models.TextChoices):
    """What stands in a column."""

    NUMBER = "number", _("whole number")
    TEXT = "text", _("text")
    TEXTS = "texts", _("several texts, separated by semicolons (JSON: a list)")
    WORD = "word", _("one of the values")
    DAY = "day", _("day, as 2024-04-25")
    YES_NO = "yes_no", _("1 or 0 (JSON: true or false)")


@dataclass(frozen=True)
class DescribedColumn(Column):
    """A column that says what it holds.

    `brings` names the column that it never goes without; `is_usual` is in the file unless columns are chosen.
    """

    type: ColumnType = ColumnType.TEXT
    description: str | Promise = ""
    brings: str = ""
    is_usual: bool = True


@dataclass(frozen=True)
class Entry:
    """One column in the reader's language."""

    key: str
    heading: str
    type: ColumnType
    description: str
    values: dict[Any, str]

    def for_program(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "key": self.key,
            "heading": self.heading,
            "type": self.type.value,
            "description": self.description,
            "values": self.values,
        }


def entry(column: DescribedColumn) -> Entry:
    """What the dictionary says of a column."""
    known = column.choices() if column.choices else {}
    return Entry(column.key, str(column.heading), column.type, str(column.description), known)


def chosen(columns: Sequence[DescribedColumn], keys: Iterable[str]) -> list[DescribedColumn]:
    """The columns with these keys, each with the one it never goes without, in their own order; the usual ones without.

    Raises KeyError with the first key there is no column for.
    """
    known = {column.key: column for column in columns}
    wanted = {key: known[key] for key in keys} or {column.key: column for column in columns if column.is_usual}
    brought = {column.brings for column in wanted.values()}
    return [column for column in columns if column.key in wanted or column.key in brought]


def dictionary_csv(columns: Iterable[DescribedColumn], form: Format) -> bytes:
    """The dictionary as a file: a line for each column."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\r\n")
    writer.writerow(["key", "heading", "type", "description", "values"])
    for one in map(entry, columns):
        values = "; ".join(f"{value} = {label}" for value, label in one.values.items())
        writer.writerow([guard(cell) for cell in (one.key, one.heading, str(one.type.label), one.description, values)])
    return text.getvalue().encode(form.encoding)
