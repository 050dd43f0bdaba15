"""All that somebody answers for goes to somebody else: chosen, shown with its counts, handed over."""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import User
from accounts.rights import Right, require
from core.models import Submission
from core.text import is_row_number
from follow_ups.bulk_forms import HandOverForm
from follow_ups.models.bulk_change import CountChanged
from follow_ups.models.hand_over import HandOver, Share

FIRST = 8  # records of each share that the preview names
PAGES = {
    Share.FOLLOW_UPS: "follow-up",
    Share.AGREEMENTS: "agreement",
    Share.ORGANISATIONS: "organisation",
    Share.MISSIONS: "mission",
}


class HandOverAll(View):
    """`?from=12` names who leaves."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """From whom and to whom."""
        require(request.user, Right.DECIDE_IN_BULK)
        leaver = request.GET.get("from", "")
        return self._show(request, HandOverForm(initial={"leaver": leaver} if is_row_number(leaver) else {}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Shows what would go; once that is confirmed, hands it over."""
        require(request.user, Right.DECIDE_IN_BULK)
        form = HandOverForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=422)
        made = HandOver(form.cleaned_data["leaver"], cast(User, request.user), timezone.localdate())
        if not request.POST.get("confirm"):
            return self._show(request, form, made)
        try:
            return self._done(request, form, made)
        except CountChanged as error:
            form.add_error(None, error)
            return self._show(request, form, made, status=409)

    @transaction.atomic
    def _done(self, request: HttpRequest, form: HandOverForm, made: HandOver) -> HttpResponse:
        """Raises CountChanged when it is not as much as was shown."""
        submission = Submission.take(request.POST.get("submission", ""), request.user)
        if submission.is_repeated:
            return HttpResponseRedirect(submission.answer)
        given = {share: request.POST.get(f"count_{share}", "") for share in Share.values}
        stated = {share: int(count) if is_row_number(count) or count == "0" else -1 for share, count in given.items()}
        successor = form.cleaned_data["successor"]
        change = made.to(successor, stated=stated, text=form.cleaned_data["text"])
        words = _("Everything of %(leaver)s is handed over to %(successor)s.")
        messages.success(request, words % {"leaver": made.leaver, "successor": successor})
        return HttpResponseRedirect(submission.answered_with(reverse("bulk-change", args=[change.pk])))

    def _show(
        self, request: HttpRequest, form: HandOverForm, made: HandOver | None = None, status: int = 200
    ) -> HttpResponse:
        counts = made.counts() if made else {}
        shares = [self._share(made, share, counts[share]) for share in Share] if made else []
        context: dict[str, Any] = {
            "form": form,
            "made": made,
            "successor": form.cleaned_data.get("successor") if made else None,
            "shares": shares,
            "total": sum(counts.values()),
            "submission": Submission.new_token(),
            "back_url": f"{reverse('review')}?by=owner",
        }
        return render(request, "follow_ups/hand_over.html", context, status=status)

    def _share(self, made: HandOver, share: Share, count: int) -> dict[str, Any]:
        rows = made.rows(share).in_order()[:FIRST] if count else []
        named = [(str(row), reverse(PAGES[share], args=[row.pk])) for row in rows]
        return {"key": share.value, "label": share.label, "count": count, "named": named, "is_cut": count > len(named)}
