"""What is typed on the pages of an organisation."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.fields import EventDateField
from core.forms import DayField


class AsOfForm(forms.Form):
    """On which day one wants to know how things stood; today when left open."""

    on = DayField(label=_("As of"), required=False)

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_on(self) -> datetime.date:
        """A day that came, within the years of events."""
        day: datetime.date = self.cleaned_data["on"] or self.today
        if day > self.today:
            raise ValidationError(_("This day has yet to come."))
        return max(day, EventDateField.earliest)

    @property
    def day(self) -> datetime.date:
        """The day that is asked; today when what was typed is no such day."""
        return self.cleaned_data["on"] if self.is_valid() else self.today
