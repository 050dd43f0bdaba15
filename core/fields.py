"""Model fields that clean what comes in and whose bounds both databases enforce.

SQLite stores over-long text and any date it is given; each field here writes its bound as a column check,
so that no door (form, admin, import, shell) can pass it.
"""

import datetime
from typing import Any, ClassVar

from django.core import validators
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.functional import lazy
from django.utils.translation import gettext

from core import generics
from core.text import clean_line, clean_text


class LineField(generics.CharField):
    """One line of text, at most `max_length` characters; empty text means "not recorded"."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_line(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        return f"length({connection.ops.quote_name(str(self.column))}) <= {self.max_length}"


class ProseField(generics.TextField):
    """Text of several lines, at most `max_length` characters, checked by forms, model and database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators.append(validators.MaxLengthValidator(kwargs["max_length"]))

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_text(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        return f"length({connection.ops.quote_name(str(self.column))}) <= {self.max_length}"


class WordField(generics.CharField):
    """One word of a fixed list (`choices`); the database refuses any other. Blank means "not recorded"."""

    # A changed list changes the column's check, so it must reach the database.
    non_db_attrs = tuple(name for name in models.CharField.non_db_attrs if name != "choices")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        words = [str(word) for word, _label in self.flatchoices if word]
        if self.blank:
            words.append("")
        listed = ", ".join(f"'{word}'" for word in words)
        return f"{connection.ops.quote_name(str(self.column))} IN ({listed})"


class BoundedDateField(generics.DateField):
    """A date between two days; PostgreSQL accepts dates that Python cannot read back, so the database checks too."""

    earliest: ClassVar[datetime.date]
    latest: ClassVar[datetime.date]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        between = lazy(self._between, str)()
        self.validators.append(validators.MinValueValidator(self.earliest, message=between))
        self.validators.append(validators.MaxValueValidator(self.latest, message=between))

    def _between(self) -> str:
        """Said when it is read, in the reader's language: a lazy text that is filled in is no longer lazy."""
        return gettext("Use a date between %(earliest)s and %(latest)s.") % {
            "earliest": self.earliest.strftime("%d/%m/%Y"),
            "latest": self.latest.strftime("%d/%m/%Y"),
        }

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        return f"{connection.ops.quote_name(str(self.column))} BETWEEN '{self.earliest}' AND '{self.latest}'"


class EventDateField(BoundedDateField):
    """The day of something that people attend, promise or hold: 1900 to 2100."""

    earliest = datetime.date(1900, 1, 1)
    latest = datetime.date(2100, 12, 31)


class TreatyDateField(BoundedDateField):
    """A date in the life of an agreement: 1500 to 2200 (treaties of 1703 are still in force)."""

    earliest = datetime.date(1500, 1, 1)
    latest = datetime.date(2200, 12, 31)


class SortKeyField(generics.CharField):
    """Folded text to order by; compared byte by byte on both databases, whatever the server's locale."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = dict(super().db_parameters(connection))
        parameters["collation"] = "C" if connection.vendor == "postgresql" else None
        return parameters
