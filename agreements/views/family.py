"""The whole family of a text on one page: what belongs to what, and what took whose place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.models import Agreement
from agreements.models.family import as_trees, family_of
from agreements.models.terms import with_terms
from core.views import find

MOST_OF_A_FAMILY = 1000  # texts; the largest of a real register has some hundreds


@require_GET
def agreement_family(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text connected with this one that the reader may see; a hidden text connects nothing."""
    visible = Agreement.objects.all().visible_to(request.user)
    agreement = find(Agreement.objects.all(), request.user, pk)
    texts = with_terms(
        family_of(visible, pk).saying_last_signature().in_order()[: MOST_OF_A_FAMILY + 1], on=timezone.localdate()
    )
    context = {
        "agreement": agreement,
        "members": as_trees(texts[:MOST_OF_A_FAMILY]),
        "has_more": len(texts) > MOST_OF_A_FAMILY,
    }
    return render(request, "agreements/agreement_family.html", context)
