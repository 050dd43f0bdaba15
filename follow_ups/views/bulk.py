"""Many follow-ups at once: chosen in a list, previewed with their count, changed, undone."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from accounts.models import User
from accounts.rights import Right, require
from core.models import Submission
from core.text import is_row_number
from follow_ups.bulk_forms import BulkForm
from follow_ups.filters import FollowUpFilters
from follow_ups.models import BulkChange, FollowUp, Plan, change_together, plan
from follow_ups.models.bulk_change import CountChanged
from follow_ups.models.hand_over import Share

FIRST = 20  # rows that a preview names


class ChangeMany(View):
    """`?<filters>&id=…` for some rows of a filter, `?<filters>&all=1` for all of them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who decides in bulk; rows by the list's own filters."""
        require(request.user, Right.DECIDE_IN_BULK)
        query = request.GET.copy()
        numbers, everything = query.pop("id", []), query.pop("all", [])
        self.query = query.urlencode()
        asked = FollowUpFilters(
            query, FollowUp.objects.all().visible_to(request.user), user=request.user, today=timezone.localdate()
        )
        if asked.problems or "on" in query:  # The past does not change.
            return HttpResponseRedirect(f"{reverse('follow-ups')}?{self.query}")  # Which says why.
        self.chips = asked.chips
        self.rows = asked.rows if everything else asked.rows.filter(pk__in=filter(is_row_number, numbers))
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest) -> HttpResponse:
        """What to do with them."""
        if not self.rows.exists():
            messages.warning(request, _("Choose the follow-ups to change first: mark them in the list."))
            return HttpResponseRedirect(f"{reverse('follow-ups')}?{self.query}")
        return self._show(request, BulkForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Shows what would change; once that is confirmed, changes it."""
        form = BulkForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._show(request, form, status=422)
        try:
            if request.POST.get("confirm"):
                return self._done(request, form)
        except CountChanged as error:
            form.add_error(None, error)
            return self._preview(request, form, status=409)
        except ValidationError as error:
            form.add_error(None, error)
            return self._show(request, form, status=422)
        return self._preview(request, form)

    def _preview(self, request: HttpRequest, form: BulkForm, status: int = 200) -> HttpResponse:
        try:
            made = plan(self.rows, form.step(), by=cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error)
            return self._show(request, form, status=422)
        return self._show(request, form, made, status)

    @transaction.atomic
    def _done(self, request: HttpRequest, form: BulkForm) -> HttpResponse:
        """Raises CountChanged when they are not as many as were shown."""
        submission = Submission.take(request.POST.get("submission", ""), request.user)
        if submission.is_repeated:
            return HttpResponseRedirect(submission.answer)
        stated = request.POST.get("count", "")
        change = change_together(
            self.rows,
            form.step(),
            by=cast(User, request.user),
            query=self.query,
            stated=int(stated) if is_row_number(stated) else -1,
        )
        return HttpResponseRedirect(submission.answered_with(reverse("bulk-change", args=[change.pk])))

    def _show(self, request: HttpRequest, form: BulkForm, made: Plan | None = None, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "plan": made,
            "first": made.changed[:FIRST] if made else [],
            "skipped": made.skipped[:FIRST] if made else [],
            "chosen_count": self.rows.count(),
            "chips": self.chips,
            "submission": Submission.new_token(),
            "back_url": f"{reverse('follow-ups')}?{self.query}",
        }
        return render(request, "follow_ups/bulk.html", context, status=status)


class BulkChangeDetail(View):
    """What one change of many did, and the way back from it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How many, which stayed as they were, and until when it can be undone."""
        change = self._find(request, pk)
        return self._show(request, change, change.skipped)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undoes it; rows changed since stay as they are, and are named."""
        change = self._find(request, pk)
        try:
            undone = change.undo(by=cast(User, request.user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self._show(request, change, change.skipped, status=422)
        words = ngettext("%(count)s follow-up is as it was.", "%(count)s follow-ups are as they were.", undone.count)
        messages.success(request, words % {"count": undone.count})
        return self._show(request, change, [[row.pk, why] for row, why in undone.skipped])

    def _handed_over(self, change: BulkChange) -> dict[str, Any]:
        """From whom to whom, and how many of each; empty for other changes."""
        told = change.values.get("handed_over")
        if not told:
            return {}
        people = User.objects.in_bulk([told["from"], told["to"]])
        shares = [(share.value, share.label, told["counts"].get(share.value, 0)) for share in Share]
        return {"leaver": people.get(told["from"]), "successor": people.get(told["to"]), "shares": shares}

    def _find(self, request: HttpRequest, pk: int) -> BulkChange:
        require(request.user, Right.DECIDE_IN_BULK)
        return get_object_or_404(BulkChange.objects.visible_to(request.user), pk=pk)

    def _show(self, request: HttpRequest, change: BulkChange, skipped: Any, status: int = 200) -> HttpResponse:
        seen = FollowUp.objects.all().visible_to(request.user).in_bulk([pk for pk, _why in skipped[:FIRST]])
        context = {
            "change": change,
            "handed_over": self._handed_over(change),
            "skipped": [(seen[pk], why) for pk, why in skipped if pk in seen],
            "skipped_count": len(skipped),
            "back_url": f"{reverse('follow-ups')}?{change.query}",
        }
        return render(request, "follow_ups/bulk_change.html", context, status=status)
