"""One contact: what they do, when we met and in which capacity, what was promised and signed."""

import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.models import Agreement, Signature
from core.access import Viewer
from core.gap_rules import gaps_of, with_gaps
from core.views import edit_url, find
from documents.models.sources import by_document, sources_of
from follow_ups.models import FollowUp
from missions.models import Delegate, Mission, Participant
from partners.models import CONTACT_GAPS, Contact, Position, with_succession
from partners.views.meetings import latest_meetings

MOST_FOLLOW_UPS = 10  # shown here; the rest is one link away


@require_GET
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on record about one person, as far as the reader may see it."""
    user, today = request.user, timezone.localdate()
    contact = find(with_gaps(Contact.objects.all().select_related("user"), CONTACT_GAPS, user), user, pk)
    positions = positions_of(pk, user)
    signatures = signatures_of(pk, user)
    change_url = edit_url(user, contact)
    context = {
        "contact": contact,
        "today": today,
        "positions": positions,
        **meetings_with(pk, user, today),
        **missions_with(pk, user),
        "signatures": signatures,
        "running_count": sum(signature.is_running for signature in signatures),
        "follow_ups": follow_ups_with(pk, user),
        "gaps": gaps_of(contact, CONTACT_GAPS, change_url),
        "source_documents": by_document(sources_of(contact, *positions, user=user)),
        "edit_url": change_url,
    }
    return render(request, "partners/contact_detail.html", context)


def positions_of(contact: int, user: Viewer) -> list[Position]:
    """Their posts, those held now first, with whom they succeeded and who succeeded them."""
    positions = Position.objects.all().visible_to(user).filter(contact=contact).current_first()
    return with_succession(positions.naming_themes().select_related("contact", "organisation"), user)


def meetings_with(contact: int, user: Viewer, today: datetime.date) -> dict[str, Any]:
    """The latest meetings with them, as what they were there; the last contact and the next."""
    return latest_meetings(Participant.objects.all().visible_to(user).filter(contact=contact), user, today)


def missions_with(contact: int, user: Viewer) -> dict[str, Any]:
    """Missions they travelled along with, and those they lead without standing in the delegation."""
    rows = Delegate.objects.all().visible_to(user).filter(contact=contact).select_related("mission", "organisation")
    delegations = list(rows.order_by(F("mission__starts_on").desc(nulls_last=True), "-pk"))
    joined = {delegate.mission_id for delegate in delegations}
    led = Mission.objects.all().visible_to(user).current().led_by(contact).latest_first()
    return {"delegations": delegations, "missions_led": [mission for mission in led if mission.pk not in joined]}


def signatures_of(contact: int, user: Viewer) -> list[Any]:
    """What they signed, and whether it still runs."""
    running = Agreement.objects.all().current().running(on=timezone.localdate()).filter(pk=OuterRef("agreement"))
    signatures = Signature.objects.all().visible_to(user).filter(contact=contact).annotate(is_running=Exists(running))
    return list(
        signatures.select_related("agreement", "on_behalf_of", "position").order_by(
            "-is_running", "agreement__sort_key", "pk"
        )
    )


def follow_ups_with(contact: int, user: Viewer) -> list[FollowUp]:
    """What was promised to or by them, open first, with the totals on each row."""
    rows = FollowUp.objects.all().visible_to(user).current().with_contact(contact)
    return list(rows.counted().open_first().select_related("owner", "partner")[:MOST_FOLLOW_UPS])
