"""One agreement: what it is, who is bound and who signed, its dates, and what came of it."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.models import (
    AGREEMENT_GAPS,
    Agreement,
    AgreementDecision,
    AgreementDocument,
    AgreementParty,
    AgreementStatus,
    Signature,
)
from agreements.models.oddities import oddities_of
from agreements.models.reminder import saying_decided_terms
from agreements.models.term_words import in_words
from agreements.models.terms import term_of
from agreements.views.steps import life_of
from core.access import Viewer
from core.gap_rules import gaps_of, with_gaps
from core.views import edit_url, find
from documents.models import Certainty
from documents.models.sources import Source, by_document, sources_of
from documents.models.versions import latest_of
from follow_ups.models import FollowUp
from follow_ups.models.performance import Performance, with_performance
from missions.models import MeetingAgreement, Mission

MOST_FOLLOW_UPS = 10  # shown here; the rest is one link away


@require_GET
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on record about one agreement, as far as the reader may see it."""
    user = request.user
    agreement = find(for_detail(user), user, pk)
    parties, signatures, documents = parties_of(pk, user), signatures_of(pk, user), documents_of(pk, user)
    treatments = treatments_of(pk, user)
    sources = sources_of(agreement, *parties, *signatures, user=user, document_urls=addresses(documents))
    change_url = edit_url(user, agreement)
    today = timezone.localdate()
    current = term_of(agreement, on=today)
    term = current if agreement.status == AgreementStatus.SIGNED else None
    children, replaced = family_of(pk, user)
    context = {
        "agreement": agreement,
        **life_of(agreement, current),
        "oddities": oddities_of(agreement, parties),
        "other_titles": agreement.other_titles.splitlines(),
        "themes": agreement.themes.all(),
        "term": term,
        "term_words": in_words(agreement, term, on=today) if term else "",
        "parties": parties,
        "signatures": signatures,
        "documents": latest_of(documents),
        "new_document_url": reverse("agreement-document-new", args=[pk]),
        "treatments": treatments,
        "signings": [treatment for treatment in treatments if treatment.is_signing],
        "children": children,
        "replaced": replaced,
        "missions": Mission.objects.all().visible_to(user).current().building_on(pk).latest_first(),
        "performance": Performance(agreement.performance) if agreement.performance else None,
        "follow_ups": follow_ups_of(pk, user),
        "gaps": gaps_of(agreement, AGREEMENT_GAPS, change_url, {"text": reverse("agreement-document-new", args=[pk])}),
        "source_documents": by_document(sources),
        "inferred": inferred_among(sources, parties),
        "edit_url": change_url,
    }
    return render(request, "agreements/agreement_detail.html", context)


def for_detail(user: Viewer) -> Any:
    """Agreements with what the head of the page reads of each, in one query."""
    rows = (
        Agreement.objects.all()
        .saying_running(on=timezone.localdate())
        .saying_last_signature()
        .seeing(user, "parent", "replaced_by")
    )
    joined = rows.seeing(user, "parent", "replaced_by").select_related(
        "lead_department", "owner", "signed_at_place", "signed_at_event", "parent", "replaced_by"
    )
    decisions = AgreementDecision.objects.all().visible_to(user).filter(agreement=OuterRef("pk"))
    counted = decisions.order_by().values("agreement").annotate(count=Count("pk")).values("count")
    told = saying_decided_terms(joined).annotate(decision_count=Coalesce(Subquery(counted), 0))
    return with_gaps(with_performance(told, user=user, on=timezone.localdate()), AGREEMENT_GAPS, user)


def family_of(agreement: int, user: Viewer) -> tuple[list[Agreement], list[Agreement]]:
    """The texts that belong to this one, and those whose place it took (one query)."""
    kin = Agreement.objects.all().visible_to(user).current()
    found = list(kin.filter(Q(parent=agreement) | Q(replaced_by=agreement)).in_order())
    return [one for one in found if one.parent_id == agreement], [
        one for one in found if one.replaced_by_id == agreement
    ]


def parties_of(agreement: int, user: Viewer) -> list[AgreementParty]:
    """Who is bound by it, or stands by."""
    return list(
        AgreementParty.objects.all().visible_to(user).filter(agreement=agreement).select_related("organisation")
    )


def signatures_of(agreement: int, user: Viewer) -> list[Signature]:
    """Who signed."""
    signatures = Signature.objects.all().visible_to(user).filter(agreement=agreement)
    return list(signatures.select_related("contact", "position", "on_behalf_of"))


def documents_of(agreement: int, user: Viewer) -> list[Any]:
    """Documents the reader may see, each with the address where it opens (empty: not on file)."""
    seen = AgreementDocument.objects.all().visible_to(user).filter(agreement=agreement)
    links: list[Any] = list(seen.select_related("document__created_by"))
    for link in links:
        has_file = bool(link.document.file)
        link.url = reverse("agreement-file", args=[agreement, link.document_id]) if has_file else link.document.link
    return links


def addresses(documents: list[Any]) -> dict[int, str]:
    """Where each document opens, by its row number."""
    return {link.document_id: link.url for link in documents}


def inferred_among(sources: list[Source], parties: list[AgreementParty]) -> set[int]:
    """Row numbers of the parties that no source states."""
    numbers = {party.pk for party in parties}
    kind = ContentType.objects.get_for_model(AgreementParty).pk
    cited = [one for source in sources for one in source.citations if one.content_type_id == kind]
    stated = {one.object_id for one in cited if one.certainty == Certainty.STATED}
    return {one.object_id for one in cited if one.certainty == Certainty.INFERRED} & numbers - stated


def treatments_of(agreement: int, user: Viewer) -> list[MeetingAgreement]:
    """Meetings where it was discussed, signed or evaluated, the latest first."""
    treatments = MeetingAgreement.objects.all().visible_to(user).filter(agreement=agreement)
    return list(
        treatments.select_related("meeting__mission", "meeting__stop__place", "meeting__place").order_by(
            F("meeting__latest_on").desc(nulls_last=True), "-meeting__order", "pk"
        )
    )


def follow_ups_of(agreement: int, user: Viewer) -> list[FollowUp]:
    """What has to be done about it, open first, with the totals on each row."""
    rows = FollowUp.objects.all().visible_to(user).current().about_agreement(agreement)
    return list(rows.counted().open_first().select_related("owner", "partner")[:MOST_FOLLOW_UPS])
