"""The one page on which is typed what came of a meeting: a form, and lines of a few kinds below it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from agreements.models import Agreement
from core import merging
from core.access import AccessLevel, Viewer, level_ceiling
from core.choices import choosable
from core.forms import Combobox, DayField, RecordField, TypedDayField
from core.merging import Difference, Merge, Outcome, as_read, version_in
from core.text import clean_line, fold
from follow_ups.actions import Came, Captured, Guest, PromiseLine
from follow_ups.models import FollowUp, FollowUpDirection
from follow_ups.models.promises import promised_since
from missions.models import Meeting, Mission, Participant
from missions.models.meeting import MeetingStatus
from missions.models.meeting_agreement import Treatment
from missions.models.participant import Attendance, ParticipantSide
from partners.actions import PersonLine, look_alikes, read_person
from partners.models import Contact, Organisation

MOST_LINES = 40
NEW = "new"  # chosen among look-alikes: it is none of these
ENDINGS = (MeetingStatus.HELD, MeetingStatus.CANCELLED, MeetingStatus.POSTPONED)


class PersonInput(Combobox):
    """Finds contacts by what stands before the first comma; anything else is somebody new."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        text = clean_line(str(data.get(f"{name}_text") or ""))
        return str(data.get(name) or ""), text, str(data.get(f"{name}_choice") or "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value[:2] if isinstance(value, tuple) else value, attrs)
        context["widget"].update(takes_new=True, choice=value[2] if isinstance(value, tuple) else "")
        return context


class PersonField(RecordField):
    """A contact, or a new one as "name, function, organisation" (PersonLine) once no look-alike is meant; or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Contact.objects.all(), url_name="contact-options", required=False, **kwargs)
        self.widget = PersonInput("contact-options")

    def clean(self, value: Any) -> Any:
        """Raises ValidationError with the look-alikes as suggestions."""
        pk, text, choice = value if isinstance(value, tuple) else (str(value or ""), "", "")
        if choice and choice != NEW:
            return self._checked(self._chosen(choice), True)
        chosen = self._chosen(pk)
        if chosen is not None and clean_line(str(chosen)) == text:
            return chosen
        if not text:
            return None
        line = read_person(text)
        if not line.family_name:
            raise ValidationError(_("Begin with the name: name, function, organisation."), code="nameless")
        alike = [] if choice == NEW else look_alikes(line)
        same = [one for one in alike if fold(str(one)) == fold(text)]
        if len(same) == 1:
            return same[0]
        if alike:
            self.widget.suggestions = [*alike]
            raise ValidationError(
                _("Is this one of these people? Choose, or say that it is somebody else."), code="alike"
            )
        return line


class Line(forms.Form):
    """One line of the page. An empty one counts for nothing."""

    use_required_attribute = False
    main: ClassVar[str]

    def __init__(self, *args: Any, user: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for field in self.fields.values():
            if isinstance(field, RecordField):
                field.queryset = choosable(cast(Any, field.queryset).all(), user)

    @property
    def is_filled(self) -> bool:
        """Whether it says something, once it is valid."""
        return bool(self.cleaned_data.get(self.main))

    @property
    def is_typed_in(self) -> bool:
        """Whether anything was typed in it, valid or not."""
        return any(clean_line(str(value)) for name, value in self.data.items() if name.startswith(f"{self.prefix}-"))


class PromiseForm(Line):
    """What was promised, and when they are known its owner, department and due date."""

    main = "title"

    title = forms.CharField(label=_("Promise"), max_length=300, required=False)
    owner = RecordField(
        User.objects.all().who_can_own_work(), url_name="colleague-options", label=_("Owner"), required=False
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    due_on = TypedDayField(
        label=_("Due date"),
        required=False,
        day_validators=FollowUp._meta.get_field("due_on").validators,
        help_text=_("For example 30/6, +2w, end of June, Friday."),
    )

    def __init__(self, *args: Any, direction: str, departments: Mapping[str, Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.direction, self.departments = direction, departments
        cast(forms.ChoiceField, self.fields["department"]).choices = [
            ("", _("not recorded")),
            *((pk, str(department)) for pk, department in departments.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has_more = cleaned.get("owner") or cleaned.get("department") or cleaned.get("due_on")
        if has_more and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", _("Say what was promised."))
        return cleaned

    @property
    def has_details(self) -> bool:
        """Whether more than the promise itself was typed, so that its details stand open."""
        names = ("owner_text", "owner", "department", "due_on")
        return any(self.data.get(f"{self.prefix}-{name}") for name in names)

    def promise(self) -> PromiseLine:
        """The line as it will be stored."""
        found = self.cleaned_data
        department = self.departments.get(found["department"])
        return PromiseLine(self.direction, clean_line(found["title"]), found["owner"], department, found["due_on"])


class PersonForm(Line):
    """Somebody who was there."""

    main = "who"

    who = PersonField(label=_("Person"))
    side = forms.ChoiceField(
        label=_("Side"), choices=ParticipantSide.choices, initial=ParticipantSide.PARTNER, required=False
    )

    def guest(self) -> Guest:
        """The line as it will be stored."""
        return Guest(self.cleaned_data["who"], self.cleaned_data["side"] or ParticipantSide.PARTNER)


class OrganisationLineField(RecordField):
    """An organisation; what is not found stays as words, for whoever completes it."""

    def _found(self, text: str) -> Any:
        try:
            return super()._found(text)
        except ValidationError as error:
            if error.code == "not_found":
                return text[:300]
            raise


class OrganisationForm(Line):
    """An organisation at the table."""

    main = "organisation"

    organisation = OrganisationLineField(
        Organisation.objects.all(), url_name="organisation-options", label=_("Organisation"), required=False
    )

    def guest(self) -> Guest:
        """The line as it will be stored."""
        return Guest(self.cleaned_data["organisation"])


class AgreementForm(Line):
    """An agreement on the table."""

    main = "agreement"

    agreement = RecordField(Agreement.objects.all(), url_name="agreement-options", label=_("Agreement"), required=False)
    treatment = forms.ChoiceField(label=_("What happened"), choices=Treatment.choices, required=False)

    def treated(self) -> tuple[Agreement, str]:
        """The line as it will be stored."""
        return self.cleaned_data["agreement"], self.cleaned_data["treatment"] or Treatment.DISCUSSED


class AttendanceForm(Line):
    """Whether somebody on the list came, and who came instead."""

    main = "attendance"

    attendance = forms.ChoiceField(label=_("Attendance"), required=False, widget=forms.RadioSelect)
    replaced_by = PersonField(label=_("Replaced by"))

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"attendance": participant.attendance})
        super().__init__(*args, **kwargs)
        self.participant = participant
        words = [Attendance.PRESENT, Attendance.EXCUSED, Attendance.REPLACED]
        if participant.attendance and participant.attendance not in words:
            words.append(Attendance(participant.attendance))
        attendance = cast(forms.ChoiceField, self.fields["attendance"])
        attendance.choices = [(word.value, word.label) for word in words]
        attendance.label = str(participant)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("replaced_by"):
            cleaned["attendance"] = Attendance.REPLACED.value
        return cleaned

    @property
    def is_replaced(self) -> bool:
        """Whether somebody came instead, so that the field for them stands open."""
        prefix = self.prefix
        return bool(self.data.get(f"{prefix}-replaced_by_text")) or self["attendance"].value() == Attendance.REPLACED

    def came(self) -> Came:
        """The line as it will be stored."""
        found = self.cleaned_data
        return Came(self.participant, found["attendance"] or self.participant.attendance, found["replaced_by"])


class Lines:
    """The lines of one kind: as many as were sent, at least so many as the page starts with."""

    def __init__(
        self, kind: type[Line], prefix: str, data: QueryDict | None, *, start: int, more: int = 0, **kwargs: Any
    ) -> None:
        self.prefix, self.kind, self.kwargs = prefix, kind, kwargs
        sent = [int(match[1]) for name in data or () if (match := re.fullmatch(rf"{prefix}-(\d{{1,2}})-\w+", name))]
        count = min(max(start, max(sent, default=-1) + 1) + more, MOST_LINES)
        self.forms = [kind(data, prefix=f"{prefix}-{number}", **kwargs) for number in range(count)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.forms)

    @property
    def blank(self) -> Line:
        """A line for the script to copy."""
        return self.kind(prefix=f"{self.prefix}-__n__", **self.kwargs)

    @property
    def filled(self) -> list[Any]:
        """The lines that say something; they must be valid."""
        return [line for line in self.forms if line.is_filled]

    @property
    def is_typed_in(self) -> bool:
        """Whether anything was typed in any of them."""
        return any(line.is_typed_in for line in self.forms)


class MeetingForm(forms.Form):
    """What is noted on the meeting itself. For a new one also title, day and mission."""

    use_required_attribute = False

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    outcome = forms.CharField(
        label=_("What was discussed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocapitalize": "sentences"}),
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=300,
        help_text=_("Left open: “Contact with …” and whom you met."),
    )
    day = DayField(label=_("Day"))
    mission = RecordField(Mission.objects.all(), url_name="mission-options", label=_("Mission"), required=False)
    level = forms.TypedChoiceField(label=_("Access level"), coerce=int, required=False)
    status = forms.ChoiceField(
        label=_("Did it take place?"),
        choices=[(MeetingStatus.HELD, _("Took place")), *((one, one.label) for one in ENDINGS[1:])],
        widget=forms.RadioSelect,
        required=False,
    )
    status_why = forms.CharField(label=_("Cancelled or postponed because"), required=False, max_length=300)
    no_follow_up_reason = forms.CharField(label=_("No follow-up needed because"), required=False, max_length=300)

    def __init__(self, data: QueryDict | None, *, meeting: Meeting, user: Viewer, **kwargs: Any) -> None:
        self.meeting, self.user = meeting, user
        super().__init__(data, initial=self._initial(meeting), **kwargs)
        if meeting.pk:
            for name in ("title", "day", "mission"):
                del self.fields[name]
        else:
            mission = cast(RecordField, self.fields["mission"])
            mission.queryset = choosable(Mission.objects.all(), user)
        cast(forms.TypedChoiceField, self.fields["level"]).choices = self._levels()

    def _initial(self, meeting: Meeting) -> dict[str, Any]:
        return {
            "version": meeting.version,
            "outcome": meeting.outcome,
            "day": meeting.day,
            "mission": meeting.mission_id,
            "level": meeting.level,
            "status": meeting.status if meeting.status in ENDINGS else MeetingStatus.HELD,
            "status_why": meeting.status_why,
            "no_follow_up_reason": meeting.no_follow_up_reason,
        }

    def _levels(self) -> list[tuple[int, str]]:
        """Its own and higher ones; confidential only for who can still read it then."""
        user, meeting = self.user, self.meeting
        most = AccessLevel.CONFIDENTIAL
        if meeting.pk and meeting.created_by_id != user.pk:
            most = AccessLevel(max(level_ceiling(user), meeting.level))
        lowest = meeting.level if meeting.pk else AccessLevel.PUBLIC
        return [(level.value, str(level.label)) for level in AccessLevel if lowest <= level <= most]

    def clean_outcome(self) -> str:
        return cast(str, self.cleaned_data["outcome"]).replace("\r\n", "\n").strip()

    def clean(self) -> dict[str, Any]:
        """The one text that is needed: what was discussed, or why it did not take place."""
        cleaned = super().clean() or self.cleaned_data
        status = cleaned.get("status") or MeetingStatus.HELD.value
        cleaned["status"] = status
        if status == MeetingStatus.HELD:
            cleaned["status_why"] = ""
            if not cleaned.get("outcome") and "outcome" not in self.errors:
                self.add_error("outcome", _("Say in a few words what was discussed."))
        elif not clean_line(cleaned.get("status_why") or ""):
            self.add_error("status_why", _("Say why it was cancelled or postponed."))
        return cleaned

    def fill(self, title: str) -> Meeting:
        """The meeting with what was typed, checked by its own rules; errors end up beside the fields."""
        meeting, found = self.meeting, self.cleaned_data
        if not meeting.pk:
            meeting.title = clean_line(found.get("title") or "") or title
            meeting.day, meeting.mission = found.get("day"), found.get("mission")
        else:
            meeting.version = found.get("version") or 0
        for name in ("outcome", "status", "status_why", "no_follow_up_reason"):
            setattr(meeting, name, found.get(name, ""))
        meeting.level = found.get("level") or meeting.level
        try:
            meeting.full_clean()
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
        return meeting


class Capture:
    """The whole page: the meeting's own fields, promises in three directions, people, organisations, agreements."""

    START: ClassVar[dict[str, int]] = {
        "ours": 3, "theirs": 3, "joint": 1, "people": 1, "organisations": 1, "agreements": 1,
    }  # fmt: skip
    ADDED = 2  # lines at a time

    def __init__(
        self, data: QueryDict | None, *, meeting: Meeting, user: Viewer, participants: Iterable[Participant] = ()
    ) -> None:
        self.data, self.user = data, user
        self.add = data.get("add", "") if data is not None else ""
        self.meeting_form = MeetingForm(data, meeting=meeting, user=user)
        departments = {str(one.pk): one for one in choosable(Department.objects.all().in_order(), user)}
        self.promises = [
            (direction, self._lines(PromiseForm, direction.value, direction=direction.value, departments=departments))
            for direction in (FollowUpDirection.OURS, FollowUpDirection.THEIRS, FollowUpDirection.JOINT)
        ]
        self.people = self._lines(PersonForm, "people")
        self.organisations = self._lines(OrganisationForm, "organisations")
        self.agreements = self._lines(AgreementForm, "agreements")
        self.attendances = [
            AttendanceForm(data, prefix=f"came-{one.pk}", user=user, participant=one) for one in participants
        ]

    def _lines(self, kind: type[Line], prefix: str, **kwargs: Any) -> Lines:
        more = self.ADDED if self.add == prefix else 0
        return Lines(kind, prefix, self.data, start=self.START[prefix], more=more, user=self.user, **kwargs)

    @property
    def lines(self) -> list[Lines]:
        """Every kind of lines."""
        return [*(lines for _direction, lines in self.promises), self.people, self.organisations, self.agreements]

    @property
    def stored_forms(self) -> list[forms.Form]:
        """The forms about what is stored already: the meeting's own, and who is on the list."""
        return [self.meeting_form, *self.attendances]

    @property
    def forms(self) -> list[forms.Form]:
        """Every form on the page, in its order."""
        promised = [line for _direction, lines in self.promises for line in lines]
        others = [*self.attendances, *self.people, *self.organisations, *self.agreements]
        return [self.meeting_form, *promised, *others]

    @property
    def errors(self) -> list[tuple[Any, str]]:
        """Each error with its field, in the order of the page, for the summary."""
        found: list[tuple[Any, str]] = [(None, str(words)) for words in self.meeting_form.non_field_errors()]
        return found + [(field, str(words)) for form in self.forms for field in form for words in field.errors]

    def without_errors(self) -> "Capture":
        """As typed so far and not yet judged: a draft, or the page with more lines."""
        for form in self.forms:
            cast(Any, form)._errors = ErrorDict()
        return self

    def is_valid(self) -> bool:
        """Whether it can be stored; fills in the meeting. Every form is asked, so that all errors show at once."""
        are_valid = [form.is_valid() for form in self.forms]
        if not all(are_valid):
            return False
        self.meeting = self.meeting_form.fill(self._title())
        if not self.meeting.title and "title" in self.meeting_form.fields:
            self.meeting_form.errors.pop("title", None)
            self.meeting_form.add_error("title", _("Give a title, or say below whom you met."))
        return not self.meeting_form.errors

    def _title(self) -> str:
        """Whom it was with: an organisation, else a person."""
        named = [*self.organisations.filled, *self.people.filled]
        if not named:
            return ""
        who = named[0].guest().who
        name = who.name if isinstance(who, PersonLine) else str(who)
        return (gettext("Contact with %(name)s") % {"name": name})[:300]

    def captured(self) -> Captured:
        """What is noted besides the meeting's own fields."""
        guests = [line.guest() for line in (*self.people.filled, *self.organisations.filled)]
        return Captured(
            promises=[line.promise() for _direction, lines in self.promises for line in lines.filled],
            came=[line.came() for line in self.attendances if line.is_filled],
            guests=guests,
            treated=[line.treated() for line in self.agreements.filled],
        )


def put_together(
    data: QueryDict, *, meeting: Meeting, participants: Iterable[Participant], user: Viewer
) -> tuple[QueryDict, Merge]:
    """What to show when somebody else stored the meeting first, and what differs. New lines of the user's own stay."""
    data = data.copy()
    read = version_in(data)
    then = as_read(meeting, read, user)
    people = list(participants)
    stored = Capture(None, meeting=meeting, user=user, participants=people)
    own = Capture(data.copy(), meeting=meeting, user=user, participants=people)
    before = MeetingForm(None, meeting=then.row, user=user) if then.row else None
    merge = Merge(meeting)
    merge.differences = merging.put_together(data, stored=stored.meeting_form, own=own.meeting_form, original=before)
    were_there = then.rows_of(Participant, "meeting")
    for theirs, mine in zip(stored.attendances, own.attendances, strict=True):
        merge.differences += _attendance(data, theirs, mine, were_there, user, is_known=then.line is not None)
    for pk, participant in were_there.items():
        if pk not in {one.pk for one in people}:
            mine = AttendanceForm(data, prefix=f"came-{pk}", user=user, participant=participant)
            said = merging.summary(mine)
            merge.differences.append(Difference(_named(participant), Outcome.REMOVED, "", gettext("removed"), said))
    written = {*stored.meeting_form.fields}
    merge.differences += merging.elsewhere(meeting, read, user, written)
    merge.notes = promised_since(meeting, then.until, user)
    data["version"] = str(meeting.version)
    return data, merge


def _attendance(
    data: QueryDict,
    theirs: AttendanceForm,
    mine: AttendanceForm,
    were_there: Mapping[int, Participant],
    user: Viewer,
    *,
    is_known: bool,
) -> list[Difference]:
    participant = theirs.participant
    was = were_there.get(participant.pk)
    if is_known and was is None:
        merging.write_field(data, theirs, "attendance", merging.read_field(theirs, "attendance"))
        anchor = merging.anchor_of(theirs, "attendance")
        words = participant.get_attendance_display() or gettext("on the list")
        return [Difference(_named(participant), Outcome.ADDED, "", words, None, anchor=anchor)]
    before = AttendanceForm(None, prefix=theirs.prefix, user=user, participant=was) if was else None
    return merging.put_together(data, stored=theirs, own=mine, original=before, row=gettext("Attendance"))


def _named(participant: Participant) -> str:
    try:
        return str(participant)
    except ObjectDoesNotExist:  # Whom it was about is gone.
        return gettext("Participant")
