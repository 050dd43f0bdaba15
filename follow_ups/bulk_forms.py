"""The form that says what is done to many follow-ups at once."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from core.access import Viewer
from core.forms import RecordField, TypedDayField
from follow_ups.models import BulkAction, FollowUp, Priority, Step

MOST_NOTE = 100  # characters; the reason in a line of the history
MOST_TEXT = 1000  # characters; the shortest of the columns it may end up in


class BulkForm(forms.Form):
    """What to do, and with which values. What does not go with the action is ignored."""

    use_required_attribute = False

    action = forms.ChoiceField(label=_("What to do"), choices=BulkAction.choices, widget=forms.RadioSelect)
    owner = RecordField(
        User.objects.all().who_can_own_work(),
        url_name="colleague-options",
        label=_("Owner"),
        required=False,
        help_text=_("Empty: nobody owns it."),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("as it is")
    )
    due_on = TypedDayField(
        label=_("New due date"),
        required=False,
        day_validators=FollowUp._meta.get_field("due_on").validators,
        help_text=_("For example 30/6, +2w, end of June, Friday."),
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=[("", "–"), *Priority.choices], required=False)
    text = forms.CharField(
        label=_("Note, reason or result"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, user: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = cast("forms.ModelChoiceField[Department]", self.fields["department"])
        departments.queryset = Department.objects.all().visible_to(user).in_use()

    def clean_priority(self) -> int:
        """As stored; 0 when none was chosen."""
        return int(self.cleaned_data["priority"] or 0)

    def clean(self) -> dict[str, Any]:
        """Each action has what it needs. Raises ValidationError."""
        cleaned = super().clean() or self.cleaned_data
        action = cleaned.get("action")
        if action == BulkAction.POSTPONE and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", ValidationError(_("Say which day."), code="required"))
        if action == BulkAction.PRIORITISE and not cleaned.get("priority"):
            self.add_error("priority", ValidationError(_("Choose a priority."), code="required"))
        if action in NEEDS_WORDS and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", ValidationError(NEEDS_WORDS[BulkAction(action)], code="required"))
        return cleaned

    def step(self) -> Step:
        """The action with its values."""
        given = self.cleaned_data
        return Step(**{name: given[name] for name in ("action", "owner", "department", "due_on", "priority", "text")})


NEEDS_WORDS = {
    BulkAction.POSTPONE: _("Say why the date moves."),
    BulkAction.COMPLETE: _("Say what the result is."),
    BulkAction.DROP: _("Say why this is dropped."),
}


class HandOverForm(forms.Form):
    """From whom, to whom, and what is noted about it in each record."""

    use_required_attribute = False

    leaver = RecordField(
        User.objects.all(),
        url_name="colleague-options",
        label=_("Who leaves"),
        help_text=_("Of a colleague whose account is closed already: type the whole name."),
    )
    successor = RecordField(
        User.objects.all().who_can_own_work(), url_name="colleague-options", label=_("Who takes over")
    )
    text = forms.CharField(label=_("Note"), required=False, max_length=MOST_NOTE)

    def clean(self) -> dict[str, Any]:
        """Two people. Raises ValidationError."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("leaver") is not None and cleaned.get("leaver") == cleaned.get("successor"):
            self.add_error("successor", ValidationError(_("Choose somebody else."), code="same_person"))
        return cleaned
