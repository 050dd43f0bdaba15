"""Forms for follow-ups: one to write them, and one for each thing that happens to them."""

import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from agreements.models import Agreement
from core.access import Viewer
from core.choices import choosable
from core.forms import DayField, RecordField, RecordForm, RecordsField, TypedDayField, day_in_full
from core.generics import ModelChoiceField
from core.merging import version_in
from core.models import StaleVersion
from follow_ups.models import FollowUp, FollowUpDirection, FollowUpStatus
from follow_ups.models.follow_up import INTERNAL_KINDS, OPEN, Kept
from follow_ups.models.visits import note_visit
from missions.models import Meeting, Mission
from partners.models import Contact, Organisation

MOMENT = datetime.timedelta(minutes=2)  # within which the same line by the same person is the same line
DUE_ON = FollowUp._meta.get_field("due_on")
MOST_OF_A_REASON = 1000  # characters, as the story keeps them


class FollowUpForm(RecordForm):
    """Everything about a follow-up that is simply written; status, owner and due date have their own forms later."""

    partner = RecordField(
        Organisation.objects.all(), url_name="organisation-options", label=_("Partner"), required=False
    )
    contact = RecordField(Contact.objects.all(), url_name="contact-options", label=_("Contact"), required=False)
    mission = RecordField(
        Mission.objects.all(),
        url_name="mission-options",
        label=_("Mission"),
        required=False,
        help_text=_("Left open: that of the meeting."),
    )
    meeting = RecordField(Meeting.objects.all(), url_name="meeting-options", label=_("Meeting"), required=False)
    agreement = RecordField(Agreement.objects.all(), url_name="agreement-options", label=_("Agreement"), required=False)
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[("", _("as the kind suggests")), *FollowUpDirection.choices],
        required=False,
        help_text=_("Left open: ours; internal for a task, letter or review."),
    )

    class Meta:
        model = FollowUp
        fields = (
            "title", "direction", "kind", "partner", "contact", "meeting", "mission", "agreement", "article",
            "department", "priority", "details", "themes", "level",
        )  # fmt: skip
        widgets = {"details": forms.Textarea(attrs={"rows": 4}), "themes": forms.CheckboxSelectMultiple}
        field_classes = {"themes": RecordsField}

    def clean_direction(self) -> str:
        """Work of our own is internal; what is left is a promise of ours."""
        chosen = cast(str, self.cleaned_data["direction"])
        if chosen:
            return chosen
        kind = self.data.get(self.add_prefix("kind"), "")
        return FollowUpDirection.INTERNAL if kind in INTERNAL_KINDS else FollowUpDirection.OURS


class NewFollowUpForm(FollowUpForm):
    """A new follow-up, with owner and due date when they are known."""

    owner = RecordField(
        User.objects.all().who_can_own_work(), url_name="colleague-options", label=_("Owner"), required=False
    )
    due_on = DayField(label=_("Due date"), required=False)

    class Meta:
        model = FollowUp
        fields = (
            "title", "direction", "kind", "partner", "contact", "meeting", "mission", "agreement", "article",
            "owner", "department", "due_on", "priority", "details", "themes", "level",
        )  # fmt: skip
        widgets, field_classes = FollowUpForm.Meta.widgets, FollowUpForm.Meta.field_classes

    field_order = Meta.fields

    def clean_due_on(self) -> Any:
        """Within the years of events."""
        return _event_day(self.cleaned_data["due_on"])


class ActionForm(forms.Form):
    """Something that happens to one follow-up. `version` is what the user had before their eyes."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, follow_up: FollowUp, user: Viewer, **kwargs: Any) -> None:
        self.follow_up, self.user = follow_up, user
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", follow_up.version)

    @property
    def read(self) -> int | None:
        """The version that the user had before their eyes; None when the form does not say."""
        return version_in(self.data, self.add_prefix("version"))

    def compare_version(self) -> None:
        """Locks the row until the transaction ends. Raises StaleVersion."""
        stored = FollowUp._base_manager.select_for_update().get(pk=self.follow_up.pk)
        if self.read not in (None, stored.version) and not self.is_repeated():
            raise StaleVersion(stored)
        self.follow_up.version = stored.version

    def again(self, stored: FollowUp) -> "ActionForm":
        """The form as it was sent, with the version that is stored: sending it once more is the user's decision."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("version")] = str(stored.version)
        form = type(self)(data, follow_up=stored, user=self.user)
        form.errors.clear()
        return form

    def is_repeated(self) -> bool:
        """Whether this was done a moment ago by the same person, so that once more changes nothing."""
        return False

    def act(self) -> None:
        """Does it, signed by the user. Raises ValidationError."""
        self.carry_out()

    def done_words(self) -> str:
        """What else there is to say once it is done."""
        return ""

    def carry_out(self) -> None:
        """What this form does."""
        raise NotImplementedError(f"{type(self).__name__} says what it does.")  # Every subclass does.


def _long_text(label: Any, *, most: int = 4000, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3}))


class UpdateForm(ActionForm):
    """A line in the story, perhaps with another status among the open ones."""

    text = _long_text(_("What happened"))
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        status = cast(forms.ChoiceField, self.fields["status"])
        if self.follow_up.is_open:
            status.choices = [(one.value, one.label) for one in FollowUpStatus if one in OPEN]
            self.initial.setdefault("status", self.follow_up.status)
        else:
            del self.fields["status"]

    @transaction.atomic
    def carry_out(self) -> None:
        text, status = self.cleaned_data["text"], self.cleaned_data.get("status")
        if self.is_repeated():
            return
        if status and status != self.follow_up.status:
            self.follow_up.move_to(status, text, by=cast(User, self.user))
        else:
            self.follow_up.add_update(text, by=cast(User, self.user))

    def is_repeated(self) -> bool:
        """The same line by the same person a moment ago: a double click, or a retry on a bad line."""
        text, status = self.cleaned_data.get("text"), self.cleaned_data.get("status")
        stored = FollowUp._base_manager.select_for_update().get(pk=self.follow_up.pk)
        last = stored.updates.order_by("-at", "-pk").first()
        a_moment_ago = timezone.now() - MOMENT
        return (
            last is not None
            and (last.by_id, last.text) == (self.user.pk, text)
            and last.at >= a_moment_ago
            and status in ("", None, stored.status)
        )


class CompleteForm(ActionForm):
    """Done: what came of it, when if that is known, and what comes next if anything does."""

    next: FollowUp | None = None

    result = _long_text(_("Result"), help_text=_("One sentence that a manager understands a year from now."))
    closed_on = DayField(label=_("Done on"), required=False, help_text=_("Leave empty when the day is not known."))
    next_title = forms.CharField(
        label=_("And schedule the next one"),
        required=False,
        max_length=300,
        help_text=_("Optional: what is to be done next, for the same partner and from the same origin."),
    )
    next_due_on = TypedDayField(
        label=_("Due date of the next one"),
        required=False,
        day_validators=DUE_ON.validators,
        help_text=_("A day, or for example +2w, 30/6 or end of June."),
    )
    next_owner = RecordField(
        User.objects.all().who_can_own_work(),
        url_name="colleague-options",
        label=_("Owner of the next one"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("next_owner", self.follow_up.owner_id)

    def clean_closed_on(self) -> Any:
        """Within the years of events."""
        return _event_day(self.cleaned_data["closed_on"])

    def clean(self) -> dict[str, Any]:
        """A date belongs to something to do. Raises ValidationError."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("next_due_on") and not cleaned.get("next_title"):
            self.add_error("next_title", _("Say what is to be done by then."))
        return cleaned

    def carry_out(self) -> None:
        given, by = self.cleaned_data, cast(User, self.user)
        with transaction.atomic():
            if given["next_title"]:
                self.follow_up.lock_parents()
            self.follow_up.complete(given["result"], by=by, on=given["closed_on"])
            if given["next_title"]:
                self.next = self.follow_up.followed_by(
                    given["next_title"], by=by, due_on=given["next_due_on"], owner=given["next_owner"]
                )

    def done_words(self) -> str:
        """What was scheduled, with its day in full."""
        if self.next is None:
            return ""
        if self.next.due_on is None:
            return gettext("“%(title)s” comes next, without a due date.") % {"title": self.next}
        day = day_in_full(self.next.due_on)
        return gettext("“%(title)s” comes next, due on %(day)s.") % {"title": self.next, "day": day}


class PostponeForm(ActionForm):
    """Another due date, and why."""

    due_on = TypedDayField(
        label=_("New due date"),
        day_validators=DUE_ON.validators,
        help_text=_("A day, or for example +2w, 30/6 or end of June."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=MOST_OF_A_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", self.follow_up.due_on)
        self.fields["reason"].required = self.follow_up.due_on is not None

    def clean_due_on(self) -> Any:
        """Another day than before."""
        day = self.cleaned_data["due_on"]
        if day == self.follow_up.due_on:
            raise ValidationError(_("This is the due date it already has."), code="same_day")
        return day

    def carry_out(self) -> None:
        self.follow_up.postpone(self.cleaned_data["due_on"], self.cleaned_data["reason"], by=cast(User, self.user))

    def done_words(self) -> str:
        """Until when, in full."""
        return gettext("Now due on %(day)s.") % {"day": day_in_full(self.cleaned_data["due_on"])}


class DropForm(ActionForm):
    """It will not be done."""

    reason = _long_text(_("Reason"), most=MOST_OF_A_REASON)

    def carry_out(self) -> None:
        self.follow_up.drop(self.cleaned_data["reason"], by=cast(User, self.user))


class ReopenForm(ActionForm):
    """It was not finished after all."""

    reason = _long_text(_("Reason"), most=MOST_OF_A_REASON)

    def carry_out(self) -> None:
        self.follow_up.reopen(self.cleaned_data["reason"], by=cast(User, self.user))


class AssignForm(ActionForm):
    """Who takes it on."""

    owner = RecordField(
        User.objects.all().who_can_own_work(),
        url_name="colleague-options",
        label=_("Owner"),
        required=False,
        help_text=_("Empty: nobody owns it."),
    )
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"), required=False)
    text = forms.CharField(label=_("Note"), required=False, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.follow_up.department_id
        departments = cast(ModelChoiceField, self.fields["department"])
        departments.queryset = choosable(
            Department.objects.all(), self.user, keeping=[department] if department else ()
        )
        self.initial.setdefault("owner", self.follow_up.owner_id or getattr(self.user, "pk", None))
        self.initial.setdefault("department", self.follow_up.department_id)

    def carry_out(self) -> None:
        is_asked = self.add_prefix("department") in self.data  # A script may leave it out.
        self.follow_up.assign(
            self.cleaned_data["owner"],
            by=cast(User, self.user),
            department=self.cleaned_data["department"] if is_asked else Kept.AS_IT_IS,
            text=self.cleaned_data["text"],
        )


class VisitForm(ActionForm):
    """The mission or visit that came of an invitation."""

    noted = False

    mission = RecordField(
        Mission.objects.none(),
        url_name="mission-options",
        label=_("Mission or visit"),
        help_text=_("Once it is recorded, choose it here; then the invitation can be completed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missions = cast(RecordField, self.fields["mission"])
        missions.queryset = Mission.objects.all().visible_to(self.user).current()

    def carry_out(self) -> None:
        self.noted = note_visit(self.follow_up, self.cleaned_data["mission"], by=cast(User, self.user))

    def is_repeated(self) -> bool:
        """It is so already."""
        stored = FollowUp._base_manager.get(pk=self.follow_up.pk)
        return stored.mission == self.cleaned_data.get("mission")

    def done_words(self) -> str:
        """What became of its mission."""
        if self.noted:
            return gettext("It belongs to “%(mission)s” now.") % {"mission": self.cleaned_data["mission"]}
        return gettext("It still says where it comes from.")


def _event_day(day: Any) -> Any:
    """Refuses days outside 1900–2100, as the model does."""
    if day is not None:
        for check in DUE_ON.validators:
            check(day)
    return day
