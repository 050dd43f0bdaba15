"""One place: what happened there, as far as the reader may see it; and places found as you type."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agreements.models import Agreement
from core.languages import CODES
from core.views import OptionsView, edit_url, find
from missions.models import Meeting, Mission
from missions.views.lists import for_table
from partners.models import Organisation, Place

MOST_LINES = 20  # of each kind; the rest is one link away


@require_GET
def place_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The missions that stopped there, the meetings, the agreements signed, the organisations based there."""
    user = request.user
    place = find(Place.objects.all(), user, pk)
    missions = Mission.objects.all().visible_to(user).current().stopping_at(pk).latest_first()
    meetings = for_table(Meeting.objects.all(), user).visible_to(user).current().at_place(pk).latest_first()
    agreements = Agreement.objects.all().visible_to(user).current().signed_at(pk).in_order()
    organisations = Organisation.objects.all().visible_to(user).current().based_at(pk).in_order()
    context = {
        "place": place,
        "names": [(code, getattr(place, f"name_{code}")) for code in CODES],
        "missions": first_of(missions.select_related("lead")),
        "meetings": first_of(meetings),
        "agreements": first_of(agreements),
        "organisations": first_of(organisations),
        "most": MOST_LINES,
        "edit_url": edit_url(user, place),
    }
    return render(request, "missions/place_detail.html", context)


def first_of(rows: Any) -> list[Any]:
    """As many as are shown, and one more when there are more."""
    return list(rows[: MOST_LINES + 1])


class PlaceOptions(OptionsView):
    """Places, under their name in any of the languages."""

    model = Place

    def note(self, row: Any) -> str:
        """The country."""
        return str(row.country.name)
