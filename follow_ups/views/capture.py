"""What came of a meeting, typed on one page: of a meeting on the programme, or of a contact nobody had planned."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from accounts.rights import Right, may, require
from core.actors import Writer
from core.merging import TAKE, take, version_in
from core.models import Draft, StaleVersion, Submission
from core.text import is_row_number
from core.views import find
from follow_ups.actions import Noted, record_outcome
from follow_ups.capture_forms import Capture, put_together
from follow_ups.models import FollowUp, FollowUpDirection
from missions.models import Meeting, MeetingAgreement, Mission, Participant
from missions.models.meeting import MeetingStatus


class CaptureOutcome(View):
    """The outcome of a meeting that is on record."""

    # Whoever is signed out meanwhile signs in on the spot, and what was typed is kept (accounts.middleware).
    keeps_typed_text = True
    participants: tuple[Participant, ...] = ()

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The page as stored, or as typed before when that was not stored."""
        meeting = self._meeting(request, pk)
        draft = Draft.of(request.user, self.key)
        capture = self._capture(request, meeting, draft.fields() if draft else None)
        return self._page(request, capture.without_errors() if draft else capture, draft=draft)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Stores all of it or nothing; else the page again, with what was typed."""
        meeting = self._still_seen(request, pk)
        if "add" in request.POST:
            return self._kept(request, self._capture(request, meeting, request.POST).without_errors())
        if pk and self._is_behind(request, meeting):
            return self._stale(request, meeting)
        capture = self._capture(request, meeting, self._with_taken(request, meeting))
        if not capture.is_valid():
            return self._kept(request, capture, status=422)
        try:
            return HttpResponseRedirect(self._store(request, capture))
        except StaleVersion:
            return self._stale(request, self._meeting(request, pk))

    def _still_seen(self, request: HttpRequest, pk: int | None) -> Meeting:
        """The meeting. When it was hidden meanwhile, what was typed stays in the user's drafts."""
        try:
            return self._meeting(request, pk)
        except Http404:
            if may(request.user, Right.WRITE):
                self.key = f"meeting-outcome:{pk}"
                self._keep(request, request.POST)
            raise

    def _is_behind(self, request: HttpRequest, meeting: Meeting) -> bool:
        """Somebody else stored it after it was read; who sent this very form twice was no somebody else."""
        is_repeated = Submission.is_answered(request.POST.get("submission", ""), request.user)
        return version_in(request.POST) != meeting.version and not is_repeated

    def _with_taken(self, request: HttpRequest, meeting: Meeting) -> QueryDict:
        """What was sent, with what the user takes from the stored record."""
        if TAKE not in request.POST:
            return request.POST
        data = request.POST.copy()
        take(data, self._capture(request, meeting, None).stored_forms)
        return data

    def _meeting(self, request: HttpRequest, pk: int | None) -> Meeting:
        """The meeting, or a new one; sets the draft's key and who is on the list."""
        if pk is None:
            require(request.user, Right.WRITE)
            self.key = "meeting-new"
            return Meeting(status=MeetingStatus.HELD, **self._suggested(request))
        rows = Meeting.objects.all().seeing(request.user, "mission").select_related("mission", "stop__place", "place")
        meeting = cast(Meeting, find(rows, request.user, pk))
        require(request.user, Right.WRITE)
        self.key = f"meeting-outcome:{pk}"
        people = Participant.objects.filter(meeting=meeting).order_by("side", "pk")
        self.participants = tuple(people.select_related("contact", "organisation", "position"))
        return meeting

    def _suggested(self, request: HttpRequest) -> dict[str, Any]:
        """Today; in a mission (`?mission=`) only when it is under way."""
        today, number = timezone.localdate(), request.GET.get("mission")
        seen = Mission.objects.all().visible_to(request.user).current()
        mission = seen.filter(pk=int(number)).first() if number and is_row_number(number) else None
        outside = mission and not ((mission.starts_on or today) <= today <= (mission.ends_on or today))
        return {"mission": mission, "day": None if outside else today}

    def _capture(self, request: HttpRequest, meeting: Meeting, data: QueryDict | None) -> Capture:
        return Capture(data, meeting=meeting, user=request.user, participants=self.participants)

    @transaction.atomic
    def _store(self, request: HttpRequest, capture: Capture) -> str:
        """Where to go next. Raises StaleVersion, and stores nothing."""
        submission = Submission.take(request.POST.get("submission", ""), request.user)
        if submission.is_repeated:
            return submission.answer
        by = cast(Writer, request.user)
        noted = record_outcome(meeting=capture.meeting, captured=capture.captured(), by=by)
        Draft.drop(request.user, self.key)
        messages.success(request, said_back(capture.meeting, noted))
        is_seen = capture.meeting.is_visible_to(request.user)
        return submission.answered_with(
            reverse("meeting", args=[capture.meeting.pk]) if is_seen else reverse("meetings")
        )

    def _kept(self, request: HttpRequest, capture: Capture, status: int = 200) -> HttpResponse:
        """The page again; what was typed is kept, also for who closes it now."""
        self._keep(request, request.POST)
        return self._page(request, capture, status=status)

    def _keep(self, request: HttpRequest, data: QueryDict) -> None:
        with suppress(ValidationError):  # Too much for a draft; it is in the page.
            Draft.keep(request.user, self.key, data)

    def _stale(self, request: HttpRequest, stored: Meeting) -> HttpResponse:
        """Both texts put together; storing once more is the user's decision."""
        data, merge = put_together(request.POST, meeting=stored, participants=self.participants, user=request.user)
        again = self._capture(request, stored, data).without_errors()
        self._keep(request, data)
        return self._page(request, again, status=HTTPStatus.CONFLICT, merge=merge)

    def _page(self, request: HttpRequest, capture: Capture, status: int = 200, **context: Any) -> HttpResponse:
        meeting = capture.meeting_form.meeting
        context = {
            "capture": capture,
            "form": capture.meeting_form,
            "meeting": meeting,
            "draft_key": self.key,
            "submission": self._number(capture) or Submission.new_token(),
            "recorded": self._recorded(request, meeting),
            "treated": MeetingAgreement.objects.filter(meeting=meeting.pk)
            .visible_to(request.user)
            .select_related("agreement"),
            "back_url": self._back_url(request, meeting),
            "signs_in_at": f"{reverse('login')}?next={reverse('home')}",
            **context,
        }
        return render(request, "follow_ups/capture.html", context, status=status)

    @staticmethod
    def _number(capture: Capture) -> str:
        return capture.data.get("submission", "") if capture.data is not None else ""

    def _recorded(self, request: HttpRequest, meeting: Meeting) -> list[FollowUp]:
        """What was promised there before."""
        if meeting._state.adding:
            return []
        return list(FollowUp.objects.filter(meeting=meeting).visible_to(request.user).current().promises())

    def _back_url(self, request: HttpRequest, meeting: Meeting) -> str:
        if meeting.pk:
            return reverse("meeting", args=[meeting.pk])
        return reverse("mission", args=[meeting.mission_id]) if meeting.mission_id else reverse("meetings")


def said_back(meeting: Meeting, noted: Noted) -> str:
    """What was recorded, in one sentence."""
    parts = [_("the outcome") if meeting.outcome else str(meeting.get_status_display())]
    if count := noted.made(FollowUpDirection.OURS):
        parts.append(ngettext("%(count)s promise of ours", "%(count)s promises of ours", count) % {"count": count})
    if count := noted.made(FollowUpDirection.THEIRS):
        parts.append(ngettext("%(count)s promise of theirs", "%(count)s promises of theirs", count) % {"count": count})
    if count := noted.made(FollowUpDirection.JOINT):
        parts.append(ngettext("%(count)s joint promise", "%(count)s joint promises", count) % {"count": count})
    if count := len(noted.contacts):
        parts.append(ngettext("%(count)s new contact", "%(count)s new contacts", count) % {"count": count})
    if count := len(noted.treated):
        parts.append(ngettext("%(count)s agreement", "%(count)s agreements", count) % {"count": count})
    return _("Recorded: %(parts)s.") % {"parts": ", ".join(parts)}
