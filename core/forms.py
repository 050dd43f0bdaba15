"""Form fields and forms that every app uses: dates as Belgians type them, records found as you type."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.fields import BLANK_CHOICE_DASH
from django.urls import reverse, reverse_lazy
from django.utils import formats, timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.actors import Writer
from core.choices import choosable
from core.generics import ModelChoiceField, ModelForm, ModelMultipleChoiceField
from core.models import LevelledWhole, Recorded, StaleVersion, Whole
from core.partial_dates import PartialDate, partial_date
from core.text import clean_line, fold, is_row_number
from core.typed_days import NotADay, read_day

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
MOST_SUGGESTIONS = 8
MOST_COMPARED = 200  # of the rows that fit, to find the one that is called just so


def say_what_is_empty(field: forms.Field) -> None:
    """Gives the empty choice of a select words instead of dashes: not recorded, or a request to choose."""
    words = gettext("Choose…") if field.required else gettext("not recorded")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label is not None:
            field.empty_label = words
    elif isinstance(field, forms.ChoiceField):
        choices = list(cast(Any, field.choices))
        if choices and choices[0] == BLANK_CHOICE_DASH[0]:
            field.choices = [("", words), *choices[1:]]


class DayInput(forms.DateInput):
    """The browser's own date field, which shows the day in the reader's way and sends it as ISO."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, typed as 2024-04-25 or 25/04/2024."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _("Type a day, for example 25/04/2024.")


def day_in_full(day: datetime.date) -> str:
    """A day as it is shown back to who typed it in a hurry, with its weekday: "vrijdag 28 juni 2024"."""
    return formats.date_format(day, "l j F Y")


class TypedDayInput(forms.TextInput):
    """A line of text, and which day is meant; entente's script keeps that in step while one types."""

    template_name = "_components/typed_day.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "data-typed-day": reverse_lazy("typed-day"), **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["shown"] = ""
        with suppress(NotADay):
            day = read_day(str(context["widget"]["value"] or "")[:60], today=timezone.localdate())
            context["widget"]["shown"] = day_in_full(day)
        return context


class TypedDayField(forms.CharField):
    """A day as people type it in a hurry: "+2w", "30/6", "eind juni", "vendredi". Gives the day or None."""

    widget = TypedDayInput

    def __init__(self, *, day_validators: Iterable[Callable[[Any], None]] = (), **kwargs: Any) -> None:
        self.day_validators = [*day_validators]
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        """The day that is meant. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        try:
            day = read_day(text, today=timezone.localdate())
        except NotADay:
            raise ValidationError(
                _("“%(text)s” is not a day we understand. Try 30/6, +2w or a day of the week."),
                code="not_a_day",
                params={"text": text},
            ) from None
        for check in self.day_validators:
            check(day)
        return day


class PartialDateFormField(forms.CharField):
    """A day, month or year; gives a PartialDate or None."""

    def __init__(self, *, validators: Iterable[Callable[[Any], None]] = (), **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("A day (25/04/2024), a month (04/2024) or a year (2024)."))
        self.date_validators = list(validators)
        super().__init__(max_length=20, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.typed() if isinstance(value, PartialDate) else value

    def clean(self, value: Any) -> PartialDate | None:
        text = super().clean(value)
        if not text:
            return None
        found = PartialDate.parse(text)
        for check in self.date_validators:
            check(found.date)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial) or "", data)


class Combobox(forms.Widget):
    """A text field that finds records as you type. Without JavaScript the text itself is looked up on the server."""

    template_name = "_components/combobox.html"

    def __init__(self, url_name: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.url_name = url_name
        self.suggestions: list[models.Model] = []
        self.label_of: Callable[[Any], str] = lambda value: ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, str | None]:
        if choice := data.get(f"{name}_choice"):  # One of the suggestions, without JavaScript.
            return str(choice), None
        return str(data.get(name) or ""), clean_line(str(data.get(f"{name}_text") or ""))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_text" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        pk, text = value if isinstance(value, tuple) else (value, None)
        context = super().get_context(name, None, attrs)
        context["widget"].update(
            value="" if pk is None else pk,
            text=self.label_of(pk) if text is None else text,
            text_name=f"{name}_text",
            url=reverse(self.url_name),
            suggestions=self.suggestions,
            keep=[],
        )
        return context


class RecordField(ModelChoiceField):
    """One record, found as you type; only among the rows of its queryset."""

    def __init__(self, queryset: models.QuerySet[Any], *, url_name: str, **kwargs: Any) -> None:
        super().__init__(queryset, widget=Combobox(url_name), **kwargs)
        self.widget.label_of = self.label_of

    def __deepcopy__(self, memo: dict[int, Any]) -> "RecordField":
        copied = super().__deepcopy__(memo)
        copied.widget.label_of = copied.label_of
        copied.widget.suggestions = []
        return copied

    @property
    def _rows(self) -> Any:
        return self.queryset

    def label_of(self, pk: Any) -> str:
        """The record's own words; empty when it is not among the rows."""
        record = self._rows.filter(pk=pk).first() if is_row_number(pk) else None
        return str(record) if record else ""

    def clean(self, value: Any) -> Any:
        """The record. Raises ValidationError, with up to eight suggestions when several fit the text."""
        pk, text = value if isinstance(value, tuple) else (str(value or ""), None)
        chosen = self._chosen(pk)
        if text is None or (chosen is not None and clean_line(str(chosen)) == text):
            return self._checked(chosen, bool(pk))
        if not text:
            return self._checked(None, False)
        return self._found(text)

    def _chosen(self, pk: str) -> models.Model | None:
        return self._rows.filter(pk=pk).first() if is_row_number(pk) else None

    def _checked(self, chosen: models.Model | None, was_given: bool) -> models.Model | None:
        if chosen is None and was_given:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": ""})
        if chosen is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return chosen

    def _found(self, text: str) -> models.Model:
        found = list(self._rows.matching(text).order_by("pk")[:MOST_COMPARED])
        exact = [record for record in found if fold(str(record)) == fold(text)]
        found = [*exact, *(record for record in found if record not in exact)]
        if len(found) == 1 or len(exact) == 1:
            return cast(models.Model, found[0])
        if not found:
            raise ValidationError(_("Nothing is found under “%(text)s”."), code="not_found", params={"text": text})
        self.widget.suggestions = found[:MOST_SUGGESTIONS]
        raise ValidationError(_("Several fit “%(text)s”: choose one."), code="several", params={"text": text})


class RecordsField(ModelMultipleChoiceField):
    """Several records. SQLite cannot read a number that is longer than any row's, so it is not asked."""

    def clean(self, value: Any) -> Any:
        """The records. Raises ValidationError."""
        for one in value if isinstance(value, list | tuple) else ():
            if not is_row_number(one):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(one)[:40]}
                )
        return super().clean(value)


class ComboboxMultiple(Combobox):
    """For filters: the records chosen so far stay as they are, one more can be added."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return [value for value in cast(MultiValueDict[str, Any], data).getlist(name) if value]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"].update(text="", text_name=None, keep=value or [])
        return context


class RecordForm(ModelForm):
    """A form for a record with a history.

    Takes the user: only rows that the user may see can be chosen, and the write says who. Hidden `version` guards
    against lost updates. Fields that have a precision beside them take a day, a month or a year.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_merging: ClassVar[bool] = False  # Shows what two people wrote; is not stored, whatever it holds.

    def __init__(self, *args: Any, user: Viewer, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.hidden: dict[str, list[models.Model]] = {}
        # A record of the past has the choices of then (core.history).
        then = getattr(self.instance, "chosen_then", {})
        self.initial.update({name: pks for name, pks in then.items() if name in self.fields})
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and name in self.base_fields:
                self._offer(name, field)
            say_what_is_empty(field)
        self.partial_names = [name for name in self.fields if self._has_precision(name)]
        for name in self.partial_names:
            old = self.fields[name]
            self.fields[name] = PartialDateFormField(
                label=old.label, required=old.required, validators=self._meta.model._meta.get_field(name).validators
            )
            self.initial[name] = partial_date(self.instance, name)
        if isinstance(self.instance, Whole) and self.instance.pk:
            self.initial["version"] = self.instance.version
            if "level" in self.fields:
                self.fields["level_reason"] = forms.CharField(
                    label=_("Reason for lowering the access level"), required=False, max_length=300
                )

    def _offer(self, name: str, field: "forms.ModelChoiceField[Any]") -> None:
        """Rows that may be chosen, and those chosen before. A hidden one among these shows as none, and is kept."""
        rows = cast(Any, self.base_fields[name]).queryset.all()
        chosen = self._chosen(name)
        field.queryset = choosable(rows, self.user, keeping=chosen)
        if chosen and issubclass(rows.model, LevelledWhole):
            seen = set(rows.visible_to(self.user).filter(pk__in=chosen).values_list("pk", flat=True))
            if hidden := [pk for pk in chosen if pk not in seen]:
                self.hidden[name] = list(rows.model._base_manager.filter(pk__in=hidden))
                is_several = isinstance(field, forms.ModelMultipleChoiceField)
                self.initial[name] = [pk for pk in chosen if pk in seen] if is_several else None

    def _chosen(self, name: str) -> list[int]:
        if self.instance.pk is None:
            return []
        then = getattr(self.instance, "chosen_then", {})
        if name in then:
            return list(then[name])
        field = self._meta.model._meta.get_field(name)
        if field.many_to_many:
            return list(getattr(self.instance, name).values_list("pk", flat=True))
        pk = getattr(self.instance, field.attname)
        return [] if pk is None else [pk]

    def _has_precision(self, name: str) -> bool:
        return any(field.name == f"{name}_precision" for field in self._meta.model._meta.get_fields())

    def clean(self) -> dict[str, Any]:
        """What is hidden from the user stays. Raises ValidationError."""
        cleaned = super().clean() or self.cleaned_data
        for name, rows in self.hidden.items():
            if isinstance(self.fields[name], forms.ModelMultipleChoiceField):
                cleaned[name] = [*cleaned.get(name, ()), *rows]
            elif cleaned.get(name) is None:
                cleaned[name] = rows[0]
        for name in self.partial_names:
            found = cast(PartialDate | None, cleaned.get(name))
            if name in cleaned:
                cleaned[name] = found.date if found else None
                setattr(self.instance, f"{name}_precision", found.precision.value if found else "")
        self._check_level(cleaned)
        if isinstance(self.instance, Whole) and self.instance.pk:
            self._compare_version(cleaned.get("version"))
        return cleaned

    def _compare_version(self, read: int | None) -> None:
        """Locks the row until the request's transaction ends, so that nothing comes between this and the save."""
        stored = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        if stored is None:
            self.add_error(None, ValidationError(_("This record was deleted meanwhile."), code="deleted"))
        elif self.is_merging or not read == stored.version == self.instance.version:
            self.add_error(None, StaleVersion(stored))

    def _check_level(self, cleaned: dict[str, Any]) -> None:
        """Raising is part of writing; lowering needs the right and a reason."""
        stored, wanted = self.initial.get("level"), cleaned.get("level")
        if not self.instance.pk or stored is None or wanted is None or wanted >= stored:
            return
        if not cast(Any, self.user).may_lower_level(self.instance):
            self.add_error("level", _("Your role does not have the right to lower an access level."))
        elif not (cleaned.get("level_reason") or "").strip():
            self.add_error("level_reason", _("Say why the access level is lowered."))

    def save(self, commit: bool = True) -> Any:
        """Stores the record, signed by the user. Raises StaleVersion."""
        if not commit:
            return super().save(commit=False)
        return self.save_by(cast(Writer, self.user))

    def save_by(self, by: Writer, why: str = "") -> Any:
        """Stores the record and its many-to-many choices in one transaction. Raises StaleVersion."""
        read = self.cleaned_data.get("version")
        if read and isinstance(self.instance, Whole) and self.instance.pk:
            self.instance.version = read
        with transaction.atomic():
            cast(Recorded, self.instance).save(by=by, why=why or self.cleaned_data.get("level_reason", ""))
            cast(Any, self)._save_m2m()
        return self.instance
