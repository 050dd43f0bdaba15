"""One organisation: who they are, what we have with them, what was promised."""

import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, TextField, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.models import PRESSING_GAPS, Agreement, AgreementParty
from core.access import Viewer
from core.gap_rules import gaps_of, with_gaps
from core.gaps import Gap
from core.joined import joined
from core.views import edit_url
from documents.models.sources import by_document, sources_of
from follow_ups.models import FollowUp
from missions.models import Delegate
from missions.models.contact_moments import participants_for
from missions.models.last_contact import contact_due_on
from partners.models import ORGANISATION_GAPS, Organisation, OrganisationLink, Position
from partners.views.meetings import latest_meetings

# Shown here; the rest is one link away.
MOST_AGREEMENTS, MOST_POSITIONS, MOST_FOLLOW_UPS = 20, 20, 6


@require_GET
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on record with one organisation and what hangs below it, as far as the reader may see it."""
    user, today = request.user, timezone.localdate()
    rows = Organisation.objects.all().naming_themes().select_related("place", "parent", "relationship_manager")
    family = with_gaps(rows, ORGANISATION_GAPS, user).visible_to(user).with_descendants(pk).in_order().in_bulk()
    organisation = family.get(pk)
    if organisation is None:
        raise Http404
    names, links = list(organisation.names.all()), links_of(organisation, user)
    agreements, more_agreements = first(agreements_with(pk, {*family}, user), MOST_AGREEMENTS)
    positions, more_positions = first(positions_at(pk, user), MOST_POSITIONS)
    change_url = edit_url(user, organisation)
    context = {
        "organisation": organisation,
        "today": today,
        "children": [one for one in family.values() if one.parent_id == pk],
        "names": names,
        "links": links,
        "positions": positions,
        "more_positions": more_positions,
        "agreements": agreements,
        "more_agreements": more_agreements,
        "follow_ups": follow_ups_with({*family}, user),
        **meetings_with(organisation, {*family}, user, today),
        "delegations": delegations_of(pk, user),
        "gaps": [*gaps_of(organisation, ORGANISATION_GAPS, change_url), *gaps_in(agreements)],
        "source_documents": by_document(sources_of(organisation, *names, *(link.record for link in links), user=user)),
        "edit_url": change_url,
    }
    return render(request, "partners/organisation_detail.html", context)


def first(rows: Any, most: int) -> tuple[list[Any], bool]:
    """So many rows, and whether there are more."""
    shown = list(rows[: most + 1])
    return shown[:most], len(shown) > most


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


def positions_at(organisation: int, user: Viewer) -> Any:
    """Posts held there, those held now first, with who came after."""
    positions = Position.objects.all().visible_to(user).filter(organisation=organisation).current_first()
    return positions.naming_themes().naming_successors().select_related("contact")


def agreements_with(organisation: int, family: set[int], user: Viewer) -> Any:
    """Agreements that it, or what hangs below it, is a party to; each knows through whom and what it lacks most."""
    agreements = Agreement.objects.all().visible_to(user).current().with_party(*family)
    through = (
        AgreementParty.objects.all()
        .visible_to(user)
        .filter(agreement=OuterRef("pk"), organisation__in=family, role="party")
    )
    itself = through.filter(organisation=organisation)
    named = agreements.annotate(
        through=Case(When(~Exists(itself), then=joined(through, "organisation__name")), output_field=TextField())
    )
    return with_gaps(named, PRESSING_GAPS, user).in_order()


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


def meetings_with(organisation: Organisation, family: set[int], user: Viewer, today: datetime.date) -> dict[str, Any]:
    """The latest meetings with one of them, with who was there for them; the last contact and the next."""
    found = latest_meetings(participants_for(family).visible_to(user), user, today)
    last = found["last_contact"]
    return {**found, "contact_due_on": contact_due_on(organisation, last.latest_on if last else None)}


def delegations_of(organisation: int, user: Viewer) -> Any:
    """Missions it travelled along with."""
    delegates = Delegate.objects.all().visible_to(user).filter(organisation=organisation)
    return delegates.select_related("mission", "contact").order_by(F("mission__starts_on").desc(nulls_last=True), "-pk")
