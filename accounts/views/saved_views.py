"""Filters of a list kept under a name: made, shared, pinned to the home page, opened."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from accounts.models import Pin, SavedView, Sharing, User
from accounts.views.ready_views import ReadyView, ready_for
from core.access import Viewer
from core.filters import Filters
from core.views import FilteredListView

LONGEST_QUERY = 2000


class SavedViewForm(forms.Form):
    """A name, and for whom."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    sharing = forms.ChoiceField(label=gettext_lazy("For whom"), choices=Sharing.choices, initial=Sharing.PRIVATE)
    is_pinned = forms.BooleanField(label=gettext_lazy("On my home page"), required=False)


class SavedViews(View):
    """The views of one list (`?noun=follow-ups`), and a form that keeps its present filter (`&query=…`)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """What is kept, and how to keep what is asked now."""
        return self._show(request, SavedViewForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keeps the filter, and leads back to the list; or pins a ready view, and stays."""
        if "ready" in request.POST:
            return self._pin_ready(request, request.POST["ready"])
        form = SavedViewForm(request.POST)
        if form.is_valid() and not asked_of(self.noun, self.query, request.user).problems:
            try:
                self._keep(request, form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                return HttpResponseRedirect(list_url(self.noun, self.query))
        return self._show(request, form, status=422)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hidden is missing: a list that is none of ours is no page."""
        self.noun = request.GET.get("noun", "follow-ups")
        self.query = request.GET.get("query", "")
        found = FilteredListView.by_noun.get(self.noun)
        if found is None or not found().may_open(request.user):
            raise Http404
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    @transaction.atomic
    def _keep(self, request: HttpRequest, given: dict[str, Any]) -> None:
        user = cast(User, request.user)
        view = SavedView.keep(user, noun=self.noun, query=self.query, name=given["name"], sharing=given["sharing"])
        if given["is_pinned"]:
            Pin.put(user, view)
        messages.success(request, _("“%(name)s” is kept.") % {"name": view})

    @transaction.atomic
    def _pin_ready(self, request: HttpRequest, key: str) -> HttpResponse:
        """A copy of one's own, on the home page: what is ready may change, what one pinned does not."""
        user = cast(User, request.user)
        chosen = next((one for one in ready_for(user.role, self.noun) if one.key == key), None)
        if chosen is None:
            raise Http404
        try:
            with transaction.atomic():
                own = SavedView.objects.filter(user=user, noun=self.noun, query=chosen.query).first()
                Pin.put(user, own or self._copied(user, chosen))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(request.get_full_path())

    def _copied(self, user: User, chosen: ReadyView) -> SavedView:
        """One's own view of the same name keeps its filter: the copy then gets a number."""
        names = {*SavedView.objects.filter(user=user, noun=self.noun).values_list("name", flat=True)}
        wanted = (str(chosen.name), *(f"{chosen.name} ({number})" for number in range(2, len(names) + 3)))
        name = next(one for one in wanted if one not in names)
        return SavedView.keep(user, noun=self.noun, query=chosen.query, name=name, sharing=Sharing.PRIVATE)

    def _show(self, request: HttpRequest, form: SavedViewForm, status: int = 200) -> HttpResponse:
        asked = asked_of(self.noun, self.query, request.user)
        pinned = {pin.view_id for pin in Pin.of(request.user)}
        found = list(SavedView.objects.visible_to(request.user).of_list(self.noun).select_related("user"))
        kept = {view.query for view in found if view.user_id == request.user.pk}
        context = {
            "form": form,
            "noun": self.noun,
            "query": self.query,
            "chips": asked.chips,
            "problems": asked.problems,
            "views": [(view, view.pk in pinned) for view in found],
            "ready": [
                (one, list_url(one.noun, one.query))
                for one in ready_for(cast(User, request.user).role, self.noun)
                if one.query not in kept
            ],
            "list_url": list_url(self.noun, self.query),
        }
        context["is_page"] = not request.headers.get("HX-Request")
        template = "accounts/saved_views.html" if context["is_page"] else "accounts/_saved_views.html"
        return render(request, template, context, status=status)


class OneView(View):
    """One saved view: opening it leads to the list."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The list with its filter; what changes from now on is new to this user."""
        view = self._find(request, pk)
        Pin.look(request.user, view)
        return HttpResponseRedirect(list_url(view.noun, view.query))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Pins it, takes it off the home page, or forgets it (one's own)."""
        view, user = self._find(request, pk), cast(User, request.user)
        try:
            if "pin" in request.POST:
                Pin.put(user, view)
            elif "unpin" in request.POST:
                Pin.objects.filter(user=user, view=view).delete()
            elif "forget" in request.POST and view.user_id == user.pk:
                view.delete()
                messages.success(request, _("“%(name)s” is forgotten.") % {"name": view})
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        back = QueryDict(mutable=True)
        back.update({"noun": view.noun, "query": request.POST.get("query", "")[:LONGEST_QUERY]})
        return HttpResponseRedirect(f"{reverse('saved-views')}?{back.urlencode()}")

    def _find(self, request: HttpRequest, pk: int) -> SavedView:
        return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)


@require_POST
def forget_last_filter(request: HttpRequest) -> HttpResponse:
    """What was last asked of a list (`noun`) is offered no more."""
    noun = request.POST.get("noun", "follow-ups")
    if noun not in FilteredListView.by_noun:
        raise Http404
    cast(User, request.user).remember_filter(noun, "")
    return HttpResponseRedirect(reverse(noun))


def asked_of(noun: str, query: str, user: Viewer) -> Filters:
    """What this query string asks of this list."""
    return FilteredListView.by_noun[noun]().asked_by(QueryDict(query), user)


def list_url(noun: str, query: str) -> str:
    """The address of the list with this filter."""
    return f"{reverse(noun)}?{query}" if query else reverse(noun)
