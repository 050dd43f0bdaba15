"""What is done from the page of a mission: its programme, its reviews, its closing; and the page of the day."""

import datetime
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.rights import Right, require
from core.access import Viewer
from core.merging import Merge
from core.models import Submission
from core.small_forms import SmallForm, status_of
from core.views import find, way_back
from follow_ups.models.coverage import coverage_seen
from follow_ups.models.reviews import plan_reviews
from missions.actions import move_item
from missions.forms import CloseForm, MeetingStatusForm, NewItemForm, days_of, other_item
from missions.models import Meeting, Mission, Stop
from missions.models.programme import day_programme
from missions.views.lists import for_table


@require_GET
def mission_today(request: HttpRequest, pk: int) -> HttpResponse:
    """The items of one day, for the phone: the next one first. `?day=` asks for another day than today."""
    mission = cast(Mission, find(Mission.objects.all(), request.user, pk))
    now = timezone.now()
    today = timezone.localdate(now)
    day = _day_asked(request) or today
    rows = for_table(Meeting.objects.filter(mission=mission), request.user).visible_to(request.user).current()
    meetings = list(rows.as_programmed())
    days = sorted({*days_of(mission), *(one.day for one in meetings if one.day)})
    context = {
        "mission": mission,
        "day": day,
        "day_words": day.isoformat(),
        "is_today": day == today,
        "earlier": max((one for one in days if one < day), default=None),
        "later": min((one for one in days if one > day), default=None),
        "days": days,
        "programme": day_programme(meetings, day, now=now),
    }
    return render(request, "missions/mission_today.html", context)


def _day_asked(request: HttpRequest) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


@require_POST
def mission_plan_reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """Plans the reviews that are not there yet; once more changes nothing."""
    mission = _writable(request, Mission, pk)
    try:
        made = plan_reviews(mission=mission, by=cast(User, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        planned = ngettext("%(count)s review is planned.", "%(count)s reviews are planned.", len(made))
        messages.success(request, planned % {"count": len(made)} if made else _("All reviews were planned already."))
    return HttpResponseRedirect(way_back(request, f"{reverse('mission', args=[pk])}#reviews"))


def _writable(request: HttpRequest, model: Any, pk: int) -> Any:
    """The row among those the user may see, or 404; 403 for who may not write."""
    row = find(model.objects.all(), request.user, pk)
    require(request.user, Right.WRITE)
    return row


class CloseMission(SmallForm):
    """Closing a mission; with open ends only with a reason."""

    def find(self, request: HttpRequest, pk: int) -> Mission:
        return cast(Mission, _writable(request, Mission, pk))

    def form(self, request: HttpRequest, record: Mission) -> CloseForm:
        return CloseForm(request.POST)

    def page(
        self, request: HttpRequest, record: Mission, form: CloseForm | None, merge: Merge | None = None
    ) -> HttpResponse:
        shown = form or CloseForm(initial={"version": record.version, "closed_why": record.closed_why})
        coverage = coverage_seen(record, request.user)
        shown.fields["closed_why"].required = not coverage.is_full
        context = {"mission": record, "form": shown, "coverage": coverage, "merge": merge}
        return render(request, "missions/mission_close.html", context, status=status_of(form, merge))

    def done(self, record: Mission) -> str:
        return _("“%(title)s” is closed.") % {"title": record}

    def next(self, request: HttpRequest, record: Mission) -> str:
        return reverse("mission", args=[record.pk])


class SettleMeeting(SmallForm):
    """What became of an item: took place, cancelled and why, postponed."""

    def find(self, request: HttpRequest, pk: int) -> Meeting:
        rows = Meeting.objects.all().seeing(request.user, "mission")
        meeting = cast(Meeting, find(rows, request.user, pk))
        require(request.user, Right.WRITE)
        return meeting

    def form(self, request: HttpRequest, record: Meeting) -> MeetingStatusForm:
        return MeetingStatusForm(request.POST)

    def page(
        self, request: HttpRequest, record: Meeting, form: MeetingStatusForm | None, merge: Merge | None = None
    ) -> HttpResponse:
        now = {"version": record.version, "status": record.status, "status_why": record.status_why}
        context = {
            "meeting": record,
            "form": form or MeetingStatusForm(initial=now),
            "back": way_back(request, reverse("meeting", args=[record.pk])),
            "merge": merge,
        }
        return render(request, "missions/meeting_status.html", context, status=status_of(form, merge))

    def done(self, record: Meeting) -> str:
        return _("“%(title)s”: %(status)s.") % {"title": record, "status": record.get_status_display()}

    def next(self, request: HttpRequest, record: Meeting) -> str:
        return way_back(request, reverse("meeting", args=[record.pk]))


@require_POST
def meeting_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts an item before or after its neighbour (`before=12`, `after=12`); where it already stands it stays."""
    meeting = cast(Meeting, _writable(request, Meeting, pk))
    after = "after" in request.POST
    other = other_item(request.POST.get("after" if after else "before"), request.user)
    try:
        if other is None:
            raise ValidationError(_("The programme changed meanwhile; look at it again."))
        move_item(item=meeting, beside=other, after=after, by=cast(User, request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(way_back(request, reverse("meeting", args=[pk])))


class NewItem(View):
    """An item added to the programme in one line."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The line alone, on a page of its own."""
        mission, stops = self._find(request, pk)
        return self._page(request, mission, NewItemForm(mission=mission, stops=stops))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stores it, once however often it is sent."""
        mission, stops = self._find(request, pk)
        form = NewItemForm(request.POST, mission=mission, stops=stops)
        if form.is_valid():
            try:
                with transaction.atomic():
                    return HttpResponseRedirect(self._added(request, form))
            except ValidationError as error:
                form.add_error(None, error.messages)
        return self._page(request, mission, form, status=422)

    def _added(self, request: HttpRequest, form: NewItemForm) -> str:
        submission = Submission.take(request.POST.get("submission", ""), cast(Viewer, request.user))
        if submission.is_repeated:
            return submission.answer
        item = form.add(by=cast(User, request.user))
        messages.success(request, _("“%(title)s” is added to the programme.") % {"title": item})
        return submission.answered_with(f"{reverse('mission', args=[form.mission.pk])}#programme")

    def _find(self, request: HttpRequest, pk: int) -> tuple[Mission, list[Stop]]:
        mission = cast(Mission, _writable(request, Mission, pk))
        return mission, list(Stop.objects.filter(mission=mission).select_related("place"))

    def _page(self, request: HttpRequest, mission: Mission, form: NewItemForm, status: int = 200) -> HttpResponse:
        context = {
            "mission": mission,
            "form": form,
            "submission": request.POST.get("submission") or Submission.new_token(),
        }
        return render(request, "missions/item_form.html", context, status=status)
