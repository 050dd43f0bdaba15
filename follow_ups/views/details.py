"""One follow-up: reading it, writing it."""

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET

from accounts.rights import Right, require
from core import merging
from core.models import Submission
from core.text import is_row_number
from core.views import find
from documents.models import Citation
from follow_ups.forms import FollowUpForm, NewFollowUpForm
from follow_ups.models import FollowUp, FollowUpUpdate
from follow_ups.views.lists import for_table
from missions.models import Meeting, Participant

PREFILLED = ("partner", "contact", "mission", "meeting", "agreement")
# Where somebody came from to write a follow-up: what the address names, and the page of it.
ORIGINS = (
    ("meeting", "meeting"), ("mission", "mission"), ("agreement", "agreement"),
    ("contact", "contact"), ("partner", "organisation"),
)  # fmt: skip


@require_GET
def follow_up_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The follow-up with its origin and its story."""
    follow_up = find(for_table(FollowUp.objects.all(), request.user), request.user, pk)
    story = FollowUpUpdate.objects.visible_to(request.user).filter(follow_up=follow_up)
    updates = list(story.select_related("by", "owner_from", "owner_to"))
    context = {
        "follow_up": follow_up,
        "updates": updates,
        "moves": sum(update.is_move for update in updates),
        "themes": follow_up.themes.all(),
        "citations": Citation.objects.all().seen_about(request.user, follow_up),
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    return render(request, f"follow_ups/{'_follow_up' if is_fragment else 'follow_up_detail'}.html", context)


class FollowUpCreate(View):
    """A new follow-up; `?partner=`, `?meeting=` … fill in where it comes from."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty form."""
        require(request.user, Right.WRITE)
        initial: dict[str, Any] = {
            name: request.GET[name] for name in PREFILLED if is_row_number(request.GET.get(name))
        }
        if "meeting" in initial and "partner" not in initial:
            initial["partner"] = self._partner_of(request, initial["meeting"])
        return self._page(request, NewFollowUpForm(user=request.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Stores it, or shows the form again with what is wrong."""
        require(request.user, Right.WRITE)
        form = NewFollowUpForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._page(request, form, status=422)
        with transaction.atomic():
            submission = Submission.take(request.POST.get("submission", ""), request.user)
            if not submission.is_repeated:
                follow_up = form.save()
                messages.success(request, _("“%(title)s” is recorded.") % {"title": follow_up})
                submission.answered_with(self._next(request, follow_up))
        return HttpResponseRedirect(submission.answer)

    def _next(self, request: HttpRequest, follow_up: FollowUp) -> str:
        """The follow-up, or a form for another one from the same origin."""
        if "another" not in request.POST:
            return reverse("follow-up", args=[follow_up.pk])
        origin = {name: request.POST[name] for name in PREFILLED if request.POST.get(name)}
        query = "&".join(f"{name}={pk}" for name, pk in origin.items() if is_row_number(pk))
        return f"{reverse('follow-up-new')}?{query}"

    def _page(self, request: HttpRequest, form: NewFollowUpForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "back_url": self._back_url(request),
            "submission": request.POST.get("submission") or Submission.new_token(),
        }
        return render(request, "follow_ups/follow_up_form.html", context, status=status)

    def _partner_of(self, request: HttpRequest, meeting: str) -> int | None:
        """Whom a follow-up of this meeting is most likely about; only a suggestion in the form."""
        seen = Meeting.objects.all().visible_to(request.user).filter(pk=meeting)
        return Participant.objects.filter(meeting__in=seen).only_partner()

    def _back_url(self, request: HttpRequest) -> str:
        """The page somebody came from, else the list."""
        for name, page in ORIGINS:
            if is_row_number(pk := request.GET.get(name)):
                return reverse(page, args=[pk])
        return reverse("follow-ups")


class FollowUpEdit(View):
    """Everything but status, owner and due date."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form as stored."""
        follow_up = self._find(request, pk)
        return self._page(request, follow_up, FollowUpForm(instance=follow_up, user=request.user))

    @method_decorator(transaction.atomic)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stores it, or shows the form again: with what is wrong, or with the text of who was first beside it."""
        merging.lock(FollowUp, pk)
        follow_up = self._find(request, pk)

        def make(row: FollowUp, data: QueryDict | None = None) -> FollowUpForm:
            return FollowUpForm(data, instance=row, user=request.user)

        data, merge = merging.merged(follow_up, make, request.POST, request.user)
        form = make(follow_up, data)
        if merge is not None:
            return self._page(request, follow_up, form, status=HTTPStatus.CONFLICT, merge=merge)
        if form.is_valid():
            form.save()
            messages.success(request, _("“%(title)s” is saved.") % {"title": follow_up})
            return HttpResponseRedirect(reverse("follow-up", args=[pk]))
        return self._page(request, follow_up, form, status=422)

    def _find(self, request: HttpRequest, pk: int) -> FollowUp:
        follow_up = cast(FollowUp, find(FollowUp.objects.all(), request.user, pk))
        require(request.user, Right.WRITE)
        return follow_up

    def _page(
        self, request: HttpRequest, follow_up: FollowUp, form: FollowUpForm, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {"form": form, "follow_up": follow_up, **more}
        return render(request, "follow_ups/follow_up_form.html", context, status=status)
