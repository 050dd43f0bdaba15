"""What happens to a follow-up: as a page of its own, or in a dialog over the list."""

import json
from http import HTTPStatus
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.rights import Right, require
from core.merging import since
from core.models import StaleVersion
from core.text import is_row_number
from core.views import add_url, find, way_back
from follow_ups.forms import (
    ActionForm,
    AssignForm,
    CompleteForm,
    DropForm,
    PostponeForm,
    ReopenForm,
    UpdateForm,
    VisitForm,
)
from follow_ups.models import FollowUp
from follow_ups.models.visits import directions_of, may_become_a_visit, result_of
from missions.models import Direction, Mission


class FollowUpAction(View):
    """Shows a small form, and does what it says."""

    form_class: ClassVar[type[ActionForm]]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]
    done: ClassVar[str | Promise]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form."""
        follow_up = self._find(request, pk)
        initial = self.initial_of(request, follow_up)
        return self._show(request, self.form_class(follow_up=follow_up, user=request.user, initial=initial))

    def initial_of(self, request: HttpRequest, follow_up: FollowUp) -> dict[str, Any]:
        """What the address fills in."""
        return {}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Does it; the list or page behind the dialog refreshes itself."""
        form = self.form_class(request.POST, follow_up=self._find(request, pk), user=request.user)
        is_valid = form.is_valid()
        try:
            with transaction.atomic():
                form.compare_version()
                if is_valid:
                    form.act()
        except StaleVersion as error:
            return self._behind(request, form, cast(FollowUp, error.stored))
        except ValidationError as error:
            _add_errors(form, error)
        else:
            if is_valid:
                return self._answer(request, form)
        return self._show(request, form, status=422)

    def _behind(self, request: HttpRequest, form: ActionForm, stored: FollowUp) -> HttpResponse:
        """What somebody else changed meanwhile, above the form with the user's own text."""
        follow_up = self._find(request, stored.pk)
        merge = since(follow_up, form.read, request.user)
        return self._show(request, form.again(follow_up), status=HTTPStatus.CONFLICT, merge=merge)

    def _find(self, request: HttpRequest, pk: int) -> FollowUp:
        follow_up = cast(FollowUp, find(FollowUp.objects.all().select_related("owner", "department"), request.user, pk))
        require(request.user, Right.WRITE)
        return follow_up

    def _show(self, request: HttpRequest, form: ActionForm, status: int = 200, **more: Any) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "follow_up": form.follow_up,
            "action_title": self.title,
            "action_button": self.button,
            "back": way_back(request, ""),
            **more,
        }
        is_fragment = bool(request.headers.get("HX-Request"))
        template = "follow_ups/_follow_up_action.html" if is_fragment else "follow_ups/follow_up_action.html"
        return render(request, template, context, status=status)

    def _answer(self, request: HttpRequest, form: ActionForm) -> HttpResponse:
        words = f"{str(self.done) % {'title': form.follow_up}} {form.done_words()}".strip()
        if request.headers.get("HX-Request"):
            events = {"dialog:close": True, "follow-up:changed": True, "announce": words}
            return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
        messages.success(request, words)
        return HttpResponseRedirect(way_back(request, reverse("follow-up", args=[form.follow_up.pk])))


def _add_errors(form: ActionForm, error: ValidationError) -> None:
    """Beside the field where there is one, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


class UpdateFollowUp(FollowUpAction):
    """A line in its story."""

    form_class = UpdateForm
    title, button, done = _("Add an update"), _("Add"), _("Update added to “%(title)s”.")


class CompleteFollowUp(FollowUpAction):
    """Done, with a result."""

    form_class = CompleteForm
    title, button, done = _("Complete"), _("Mark as done"), _("“%(title)s” is done.")

    def initial_of(self, request: HttpRequest, follow_up: FollowUp) -> dict[str, Any]:
        """`?visit=` names the mission that came of an invitation; the result says so, to be read and changed."""
        mission = visit_in(request)
        return {"result": result_of(follow_up, mission)} if mission else {}


class PostponeFollowUp(FollowUpAction):
    """Another date, with a reason."""

    form_class = PostponeForm
    title, button, done = _("Change the due date"), _("Change the date"), _("The due date of “%(title)s” is changed.")


class DropFollowUp(FollowUpAction):
    """Will not be done, with a reason."""

    form_class = DropForm
    title, button, done = _("Drop"), _("Drop"), _("“%(title)s” is dropped.")


class ReopenFollowUp(FollowUpAction):
    """Open again, with a reason."""

    form_class = ReopenForm
    title, button, done = _("Open again"), _("Open again"), _("“%(title)s” is open again.")


class FollowUpVisit(FollowUpAction):
    """From an invitation to the visit: makes it, or says which it is; then the invitation can be completed."""

    form_class = VisitForm
    title, button, done = _("Plan the visit"), _("Go on to complete the invitation"), _("“%(title)s”:")

    def _find(self, request: HttpRequest, pk: int) -> FollowUp:
        follow_up = super()._find(request, pk)
        if not may_become_a_visit(follow_up):
            raise Http404
        return follow_up

    def initial_of(self, request: HttpRequest, follow_up: FollowUp) -> dict[str, Any]:
        """`?visit=` is the mission that was just made."""
        mission = visit_in(request)
        return {"mission": mission.pk} if mission else {}

    def _show(self, request: HttpRequest, form: ActionForm, status: int = 200, **more: Any) -> HttpResponse:
        address = add_url(request.user, Mission)
        words = {Direction.IN: _("They come to us"), Direction.OUT: _("We go to them")}
        ways = [
            (words[one], f"{address}?{urlencode({'direction': one.value, 'follow_up': form.follow_up.pk})}")
            for one in directions_of(form.follow_up)
        ]
        above = "" if form.initial.get("mission") else "follow_ups/_visit_ways.html"
        return super()._show(request, form, status, above=above, ways=ways if address else [], **more)

    def _answer(self, request: HttpRequest, form: ActionForm) -> HttpResponse:
        words = f"{str(self.done) % {'title': form.follow_up}} {form.done_words()}".strip()
        messages.success(request, words)
        address = reverse("follow-up-complete", args=[form.follow_up.pk])
        return HttpResponseRedirect(f"{address}?{urlencode({'visit': form.cleaned_data['mission'].pk})}")


def visit_in(request: HttpRequest) -> Mission | None:
    """The mission that the address names, when this user may see it."""
    asked = request.GET.get("visit", "")
    rows = Mission.objects.all().visible_to(request.user)
    return rows.filter(pk=asked).first() if is_row_number(asked) else None


class AssignFollowUp(FollowUpAction):
    """Another owner."""

    form_class = AssignForm
    title, button, done = _("Assign"), _("Assign"), _("“%(title)s” is assigned.")
