"""One organisation: who they are, what we have with them, what was promised."""

import datetime
from typing import Any

from django.db.models import F, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.models import PRESSING_GAPS, Agreement
from core.access import Viewer
from core.gap_rules import gaps_of, with_gaps
from core.gaps import Gap
from core.views import edit_url, find
from documents.models.sources import sources_of
from follow_ups.models import FollowUp, saying_promises
from missions.models import Delegate, Meeting, Participant
from missions.models.last_contact import with_last_contact
from partners.models import ORGANISATION_GAPS, Organisation, OrganisationLink, Position

MOST_MEETINGS, MOST_FOLLOW_UPS = 20, 10  # shown here; the rest is one link away


@require_GET
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on record with one organisation and what hangs below it, as far as the reader may see it."""
    user = request.user
    rows = Organisation.objects.all().naming_themes().select_related("place", "parent", "relationship_manager")
    rows = with_last_contact(with_gaps(rows, ORGANISATION_GAPS, user), user=user, on=timezone.localdate())
    organisation = find(rows, user, pk)
    below = list(Organisation.objects.all().visible_to(user).below(pk).in_order())
    family = {pk, *(one.pk for one in below)}
    names, links = list(organisation.names.all()), links_of(organisation, user)
    agreements = agreements_with(pk, user)
    change_url = edit_url(user, organisation)
    context = {
        "organisation": organisation,
        "children": [one for one in below if one.parent_id == pk],
        "names": names,
        "links": links,
        "positions": positions_at(pk, user),
        "agreements": agreements,
        "follow_ups": follow_ups_with(family, user),
        **meetings_with(family, organisation.last_contact_on, user),
        "delegations": delegations_of(pk, user),
        "gaps": [*gaps_of(organisation, ORGANISATION_GAPS, change_url), *gaps_in(agreements)],
        "sources": sources_of(organisation, *names, *(link.record for link in links), user=user),
        "edit_url": change_url,
    }
    return render(request, "partners/organisation_detail.html", context)


class Linked:
    """A relation read from the side of the organisation on the page."""

    def __init__(self, record: OrganisationLink, reader: Organisation) -> None:
        is_forward = record.organisation_id == reader.pk
        self.record = record
        self.other = record.other if is_forward else record.organisation
        self.words = record.get_kind_display() if is_forward else record.read_backwards()


def links_of(organisation: Organisation, user: Viewer) -> list[Linked]:
    """Its relations, whichever side they were written down on."""
    links = OrganisationLink.objects.all().visible_to(user).filter(Q(organisation=organisation) | Q(other=organisation))
    return [Linked(link, organisation) for link in links.select_related("organisation", "other")]


def positions_at(organisation: int, user: Viewer) -> list[Position]:
    """Posts held there, those held now first."""
    positions = Position.objects.all().visible_to(user).filter(organisation=organisation).current_first()
    return list(positions.naming_themes().select_related("contact"))


def agreements_with(organisation: int, user: Viewer) -> list[Agreement]:
    """Agreements it is a party to, each knowing what it lacks most."""
    agreements = Agreement.objects.all().visible_to(user).current().with_party(organisation)
    return list(with_gaps(agreements, PRESSING_GAPS, user).in_order())


def gaps_in(agreements: list[Agreement]) -> list[Gap]:
    """What each agreement lacks, on one line that leads to its page."""
    lacking = {agreement: [gap.label for gap in gaps_of(agreement, PRESSING_GAPS)] for agreement in agreements}
    return [
        Gap(f"{agreement}: {' · '.join(labels)}", reverse("agreement", args=[agreement.pk]))
        for agreement, labels in lacking.items()
        if labels
    ]


def follow_ups_with(family: set[int], user: Viewer) -> list[FollowUp]:
    """What was promised, open first, with the totals on each row."""
    rows = FollowUp.objects.all().visible_to(user).current().with_partner(*family)
    return list(rows.counted().open_first().select_related("owner", "partner")[:MOST_FOLLOW_UPS])


def meetings_with(family: set[int], last_on: datetime.date | None, user: Viewer) -> dict[str, Any]:
    """The latest meetings with one of them, with who was there for them; and the last that took place."""
    there = Q(organisation__in=family) | Q(position__organisation__in=family)
    participants = Participant.objects.all().visible_to(user).filter(there)
    rows = Meeting.objects.all().visible_to(user).current()
    meetings = (
        saying_promises(rows.with_organisation(*family).latest_first(), user)
        .seeing(user, "mission")
        .select_related("mission", "stop__place", "place")
        .prefetch_related(
            Prefetch(
                "participants", participants.select_related("contact", "organisation", "position"), to_attr="theirs"
            )
        )
    )
    shown = list(meetings[: MOST_MEETINGS + 1])
    last = next((meeting for meeting in shown if meeting.is_settled and meeting.latest_on == last_on), None)
    if last is None and last_on is not None:  # Met through somebody whose post was not noted with the meeting.
        last = rows.held().filter(latest_on=last_on).with_people_of(*family).first()
    return {"meetings": shown[:MOST_MEETINGS], "more_meetings": len(shown) > MOST_MEETINGS, "last_contact": last}


def delegations_of(organisation: int, user: Viewer) -> Any:
    """Missions it travelled along with."""
    delegates = Delegate.objects.all().visible_to(user).filter(organisation=organisation)
    return delegates.select_related("mission", "contact").order_by(F("mission__starts_on").desc(nulls_last=True), "-pk")
