"""Filters that cannot leak: a value or parameter that is not understood empties the list and is named in words."""

import datetime
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import django_filters
from django import forms
from django.db import models
from django.http import QueryDict
from django.utils import formats
from django.utils.choices import CallableChoiceIterator, normalize_choices
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from core.access import Viewer
from core.forms import ComboboxMultiple, DayField
from core.text import is_row_number

# Parameters that a list page understands besides its filters.
BESIDES_FILTERS = frozenset({"page", "format"})
MOST_VALUES = 50  # of one parameter; more is a mistake or an attack
MOST_WORDS = 3  # columns that name a record

Ask = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True)
class Chip:
    """One filter that is on, in words, with the address of the list without it."""

    label: str
    remove_url: str


def pks(records: Iterable[Any]) -> list[int]:
    """Their row numbers."""
    return [record.pk for record in records]


class FlagInput(forms.CheckboxInput):
    """A checkbox that sends `1`."""

    def __init__(self) -> None:
        super().__init__(check_test=lambda value: value in (True, "1"))

    def format_value(self, value: Any) -> str:
        return "1"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name)


class FlagField(forms.Field):
    """On (`1`) or absent; any other value is a mistake."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=FlagInput(), **kwargs)

    def clean(self, value: Any) -> bool:
        if value in (None, ""):
            return False
        if value != "1":
            raise forms.ValidationError(_("only 1 is understood"), code="flag")
        return True


class NumberField(forms.IntegerField):
    """A whole number in plain digits: 30, and not 30.0, nor digits that only Python reads as such."""

    def to_python(self, value: Any) -> int | None:
        """The number. Raises ValidationError."""
        if value not in self.empty_values and not is_row_number(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, said in the fewest bytes: a long list of them stands above every list of records."""

    template_name = "_components/ticks.html"


class WordsField(forms.MultipleChoiceField):
    """Several words of a list."""

    widget = Ticks

    def clean(self, value: Any) -> list[str]:
        return cast(list[str], super().clean([one for one in value or [] if one][:MOST_VALUES]))


class RecordsField(forms.Field):
    """Several records by their row numbers; a hidden one is no other than a missing one.

    `found` gives those among the wanted that the reader may see, by row number.
    """

    def __init__(self, *, found: Callable[[], dict[str, Any]], **kwargs: Any) -> None:
        self.found = found
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        wanted = dict.fromkeys(one for one in value or [] if one)
        if not wanted:
            return []
        found = self.found()
        if any(one not in found for one in wanted):
            raise forms.ValidationError(_("not found"), code="invalid_choice")
        return [found[one] for one in wanted]


class ListedField(forms.MultipleChoiceField):
    """Several records of a short list, which is read once: to choose from, to check and to name."""

    widget = Ticks

    def __init__(self, *, rows: Any, **kwargs: Any) -> None:
        self.load = functools.cache(lambda: {str(row.pk): row for row in rows})
        load = self.load
        super().__init__(choices=lambda: [(pk, str(row)) for pk, row in load().items()], **kwargs)

    def clean(self, value: Any) -> Any:
        wanted = [one for one in value or [] if one]
        if any(one not in self.load() for one in wanted):
            raise forms.ValidationError(_("not found"), code="invalid_choice")
        return [self.load()[one] for one in dict.fromkeys(wanted)]


class AskFilter(django_filters.Filter):
    """A filter whose condition is a sentence of the QuerySet: `ask(rows, value, filters)`."""

    def __init__(self, label: Any, ask: Ask, **kwargs: Any) -> None:
        self.ask = ask
        super().__init__(label=label, **kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        return self.ask(qs, value, self.parent) if value else qs

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        """What is asked, in words, each with the value of the parameter it stands for (None: all of it)."""
        yield gettext("%(label)s: %(value)s") % {"label": self.label, "value": value}, None


class Flag(AskFilter):
    """`overdue=1`."""

    field_class = FlagField

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        yield str(self.label), None


class Words(AskFilter):
    """`status=open&status=waiting`. `choices` are understood; `shown` gives those worth a checkbox, all by default."""

    field_class = WordsField

    def __init__(self, label: Any, ask: Ask, *, choices: Any, shown: Callable[[Any], Any] | None = None) -> None:
        self.shown = shown
        super().__init__(label, ask, choices=choices)

    @property
    def field(self) -> Any:
        field = super().field
        if self.shown is not None:
            shown, parent = self.shown, self.parent
            once = functools.cache(lambda: list(shown(parent)))
            field.widget.choices = CallableChoiceIterator(once)  # Asked for when it is drawn, once.
        return field

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        labels = {str(key): str(label) for key, label in normalize_choices(self.extra["choices"])}
        yield from ((labels[one], one) for one in value)


class Country(Words):
    """`country=FR`: any ISO code is a fair question; `shown` gives the countries worth a checkbox."""

    def __init__(self, ask: Ask, shown: Callable[[], Any]) -> None:
        super().__init__(_("Country"), ask, choices=lambda: list(countries), shown=lambda filters: shown())


class Records(AskFilter):
    """`partner=12&partner=15`, among what `rows(user)` gives. With a `url_name` found as you type, else listed."""

    def __init__(self, label: Any, ask: Ask, *, rows: Callable[[Viewer], Any], url_name: str = "") -> None:
        self.rows, self.url_name = rows, url_name
        super().__init__(label, ask)

    @property
    def field(self) -> Any:
        filters = self.parent
        self.field_class = RecordsField if self.url_name else ListedField
        if self.url_name:
            found = functools.partial(filters.found_records, self.field_name)
            self.extra.update(found=found, widget=ComboboxMultiple(self.url_name))
        else:
            self.extra["rows"] = self.rows(filters.user)
        return super().field

    def wanted(self) -> list[str]:
        """The row numbers in the address; none when one of them is no number, or there are too many."""
        given = [one for one in self.parent.data.getlist(self.field_name) if one]
        return given if len(given) <= MOST_VALUES and all(map(is_row_number, given)) else []

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        yield from ((str(record), str(record.pk)) for record in value)


class Day(AskFilter):
    """`due_from=2024-04-25`."""

    field_class = DayField

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        yield f"{self.label} {formats.date_format(value, 'SHORT_DATE_FORMAT')}", None


class LastDays(AskFilter):
    """`last_days=90`: asks for the day so long before today."""

    field_class = NumberField

    def __init__(self, label: Any, ask: Ask) -> None:
        super().__init__(label, ask, min_value=1, max_value=36500)

    def filter(self, qs: Any, value: Any) -> Any:
        return super().filter(qs, value and self.parent.today - datetime.timedelta(days=value))

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        yield ngettext("the last %(count)s day", "the last %(count)s days", value) % {"count": value}, None


class Year(AskFilter):
    """`year=2024`."""

    field_class = NumberField

    def __init__(self, label: Any, ask: Ask) -> None:
        super().__init__(label, ask, min_value=1900, max_value=2100)

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        yield str(value), None


class Text(AskFilter):
    """`q=soitec`: every word must be found."""

    field_class = forms.CharField

    def __init__(self, label: Any, ask: Ask) -> None:
        super().__init__(label, ask, max_length=200, widget=forms.TextInput(attrs={"type": "search"}))

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        yield gettext("“%(text)s”") % {"text": value}, None


class Order(AskFilter):
    """`o=due` or `o=-due`: one of the list's own orders."""

    field_class = forms.ChoiceField

    @property
    def field(self) -> Any:
        names = [name for key in self.parent.orderings for name in (key, f"-{key}")]
        self.extra["choices"] = [(name, name) for name in names]
        self.extra["widget"] = forms.HiddenInput()
        return super().field

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        return ()


def in_order(rows: Any, name: str, filters: "Filters") -> Any:
    """Orders by a heading, down with a minus sign; unknown values last both ways, row number last of all."""
    key, down = name.lstrip("-"), name.startswith("-")
    columns = [_column(one, filters) for one in filters.orderings[key]]
    return rows.order_by(
        *(column.desc(nulls_last=True) if down else column.asc(nulls_last=True) for column in columns),
        "-pk" if down else "pk",
    )


def _column(one: Any, filters: "Filters") -> Any:
    """A path, an expression, or what gives one for this reader: a hidden record puts no row before another."""
    if isinstance(one, str):
        return models.F(one)
    return one(filters) if callable(one) else one


def _named(name: str, rows: Any) -> Any:
    """Which parameter asks, the row number and the words that name it: the same columns whatever the model."""
    words: list[Any] = [*map(models.F, rows.model.named_by), *[models.Value("", models.CharField())] * MOST_WORDS]
    columns = {"_asked": models.Value(name, models.CharField()), "_number": models.F("pk")}
    columns |= {f"_word_{number}": word for number, word in enumerate(words[:MOST_WORDS])}
    return rows.order_by().annotate(**columns).values_list(*columns)


def _with_name_alone(model: Any, pk: int, words: Iterable[str]) -> models.Model:
    """The record with its number and the words that name it; whatever else is asked of it is read then."""
    known = {"id": pk, **dict(zip(model.named_by, words, strict=False))}
    names = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    return cast(models.Model, model.from_db(None, names, [known[name] for name in names]))


class Filters(django_filters.FilterSet):
    """The base of every list's filters.

    Takes the query string, the rows this user may see, the user and today. `rows` gives the filtered rows; when a
    parameter or value is not understood it gives none, and `problems` says why.
    """

    orderings: ClassVar[dict[str, tuple[Any, ...]]] = {}

    q = Text(_("Search"), lambda rows, text, filters: rows.matching(text))
    archived = Flag(_("including archived"), lambda rows, on, filters: rows)
    o = Order(_("order"), in_order)

    def __init__(self, data: QueryDict, queryset: models.QuerySet[Any], *, user: Viewer, today: datetime.date) -> None:
        self.user, self.today = user, today
        super().__init__(data=data, queryset=queryset)
        self.filters["archived"] = self.filters.pop("archived")  # Last in the form.

    def found_records(self, name: str) -> dict[str, Any]:
        """The records that the parameter of this name asks for and this user may see, by row number."""
        return self._records.get(name, {})

    def share_lists_of(self, other: "Filters") -> None:
        """Takes the short lists that the other has read of the same reader: they are not read again."""
        for name, field in self.form.fields.items():
            if isinstance(field, ListedField):
                field.load = other.form.fields[name].load

    @cached_property
    def _records(self) -> dict[str, dict[str, Any]]:
        """Every record the address asks for, with no more than its name: one query, however many filters are on."""
        asked = [
            (name, filter_.rows(self.user).filter(pk__in=filter_.wanted()))
            for name, filter_ in self.filters.items()
            if isinstance(filter_, Records) and filter_.url_name and filter_.wanted()
        ]
        found: dict[str, dict[str, Any]] = {}
        models_, parts = {name: rows.model for name, rows in asked}, [_named(name, rows) for name, rows in asked]
        for name, pk, *words in parts[0].union(*parts[1:], all=True) if parts else ():
            found.setdefault(name, {})[str(pk)] = _with_name_alone(models_[name], pk, words)
        return found

    @cached_property
    def problems(self) -> list[str]:
        """What was not understood, in words; nothing of it says whether a hidden record exists."""
        unknown = [name for name in self.data if name not in self.filters and name not in BESIDES_FILTERS]
        found = [gettext("“%(name)s” is not a filter of this list.") % {"name": name[:60]} for name in unknown]
        for name, errors in self.form.errors.items():
            label = self.filters[name].label if name in self.filters else name
            given = ", ".join(self.data.getlist(name))[:60]
            words = {"label": label, "given": given, "why": " ".join(map(str, errors))}
            found.append(gettext("%(label)s “%(given)s”: %(why)s") % words)
        page = self.data.get("page", "1")
        if not (page.isascii() and page.isdigit() and int(page[:9]) > 0 and len(page) < 9):
            found.append(gettext("“%(page)s” is not a page of this list.") % {"page": page[:60]})
        return found

    @cached_property
    def rows(self) -> Any:
        """The filtered rows; archived ones only when asked for."""
        if self.problems:
            return self.queryset.none()
        return self.qs if self.form.cleaned_data["archived"] else self.qs.filter(archived_at__isnull=True)

    @cached_property
    def chips(self) -> list[Chip]:
        """Every filter that is on, in words."""
        if self.problems:
            return []
        return [
            Chip(words, self._without(name, value))
            for name, filter_ in self.filters.items()
            if (asked := self.form.cleaned_data.get(name))
            for words, value in filter_.words(asked)
        ]

    def _without(self, name: str, value: str | None) -> str:
        query = self.data.copy()
        query.pop("page", None)
        left = [one for one in query.getlist(name) if value is not None and one not in (value, "")]
        query.setlist(name, left)
        return f"?{query.urlencode()}"
