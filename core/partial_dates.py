"""Dates known to the day, the month or the year only. Nothing is invented: "2024" stays "2024"."""

import calendar
import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from core.fields import WordField


class Precision(models.TextChoices):
    """How exactly a date is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class PrecisionField(WordField):
    """Stands beside a date field and says how exactly it is known; empty when there is no date."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("choices", Precision.choices)
        kwargs.setdefault("max_length", 5)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class PartialDate:
    """A day, month or year. `date` is its first day."""

    date: datetime.date
    precision: Precision = Precision.DAY

    @property
    def earliest(self) -> datetime.date:
        """The first day it can be."""
        return self.date

    @property
    def latest(self) -> datetime.date:
        """The last day it can be."""
        if self.precision == Precision.YEAR:
            return self.date.replace(month=12, day=31)
        if self.precision == Precision.MONTH:
            return self.date.replace(day=calendar.monthrange(self.date.year, self.date.month)[1])
        return self.date

    def __str__(self) -> str:
        """As the reader's language writes it: 25 April 2024, April 2024 or 2024."""
        if self.precision == Precision.YEAR:
            return str(self.date.year)
        if self.precision == Precision.MONTH:
            return f"{MONTHS[self.date.month]} {self.date.year}"
        return formats.date_format(self.date, "DATE_FORMAT")

    def typed(self) -> str:
        """As a person types it: 25/04/2024, 04/2024 or 2024; `parse` reads it back."""
        pattern = {Precision.YEAR: "%Y", Precision.MONTH: "%m/%Y"}.get(self.precision, "%d/%m/%Y")
        return self.date.strftime(pattern).rjust(len(pattern), "0")

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Reads 25/04/2024, 2024-04-25, 04/2024, 2024-04 or 2024. Raises ValidationError."""
        text = text.strip()
        for pattern, precision in _PATTERNS:
            match = pattern.fullmatch(text)
            if match:
                parts = {"month": "1", "day": "1", **match.groupdict()}
                try:
                    day = datetime.date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
                except ValueError:
                    break
                return cls(day, precision)
        raise ValidationError(
            _("Type a day (25/04/2024), a month (04/2024) or a year (2024)."), code="invalid_partial_date"
        )


_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_PATTERNS = (
    (re.compile(rf"{_YEAR}-{_MONTH}-{_DAY}"), Precision.DAY),
    (re.compile(rf"{_DAY}[/.-]{_MONTH}[/.-]{_YEAR}"), Precision.DAY),
    (re.compile(rf"{_YEAR}-{_MONTH}"), Precision.MONTH),
    (re.compile(rf"{_MONTH}[/.-]{_YEAR}"), Precision.MONTH),
    (re.compile(_YEAR), Precision.YEAR),
)


def partial_date(instance: models.Model, name: str) -> PartialDate | None:
    """The partial date in a model's fields `name` and `name_precision`; None when not recorded."""
    day = getattr(instance, name)
    return None if day is None else PartialDate(day, Precision(getattr(instance, f"{name}_precision") or Precision.DAY))


def precision_constraint(name: str, label: str) -> models.CheckConstraint:
    """A date and its precision are both there or both empty."""
    empty = models.Q(**{f"{name}__isnull": True, f"{name}_precision": ""})
    given = models.Q(**{f"{name}__isnull": False}) & ~models.Q(**{f"{name}_precision": ""})
    return models.CheckConstraint(
        condition=empty | given,
        name=label,
        violation_error_message=_("A date needs its precision, and a precision its date."),
    )
