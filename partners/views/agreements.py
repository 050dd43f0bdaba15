"""What binds us to a party: its agreements and those of all that hang below it, by where they stand today."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from agreements.models import PRESSING_GAPS
from agreements.models.phase import Phase, saying_phase
from agreements.models.terms import with_terms
from core.access import Viewer
from follow_ups.models import FollowUp, FollowUpDirection
from partners.models import Organisation
from partners.views.organisation import agreements_with

MOST_OF_A_SECTION = 100  # texts; the rest is one link away
HEADINGS: dict[str, str | Promise] = {
    Phase.IN_FORCE: _("In force today"),
    Phase.AWAITING: _("Signed, not known to be in effect"),
    Phase.PREPARED: _("Being prepared"),
    Phase.PAST: _("Past"),
}
# What is missed of a text in each phase, as the filter of the list of agreements asks it.
MISSED = {
    Phase.IN_FORCE: ("lead", "evaluation", "text"),
    Phase.AWAITING: ("lead", "evaluation", "text"),
    Phase.PREPARED: ("lead",),
    Phase.PAST: (),
}
DIRECTIONS = (FollowUpDirection.OURS, FollowUpDirection.THEIRS, FollowUpDirection.JOINT)


@dataclass(frozen=True)
class Gap:
    """How many texts of a section miss something, and the list of them."""

    label: str | Promise
    count: int
    url: str


@dataclass
class Section:
    """The texts in one phase: how many, the list of them, the first of them, and what they miss."""

    phase: Phase
    heading: str | Promise
    url: str
    count: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)


@require_GET
def organisation_agreements(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in force with a party today, signed, prepared and past, as far as the reader may see it."""
    user, today = request.user, timezone.localdate()
    organisations = Organisation.objects.all().visible_to(user).select_related("parent")
    family = organisations.with_descendants(pk).in_bulk()
    organisation = family.get(pk)
    if organisation is None:
        raise Http404
    texts = saying_phase(agreements_with(pk, {*family}, user), on=today)
    sections = {phase: Section(phase, HEADINGS[phase], list_of(pk, phase=phase.value)) for phase in Phase}
    shown = count_into(sections, texts)
    for row in with_terms(for_section(texts.filter(pk__in=shown), user), on=today):
        sections[Phase(row.phase)].rows.append(row)
    for section in sections.values():
        section.gaps = gaps_of(section, pk)
    context = {
        "organisation": organisation,
        "has_children": len(family) > 1,
        "sections": sections.values(),
        "today": today,
        "list_url": list_of(pk),
    }
    return render(request, "partners/organisation_agreements.html", context)


def count_into(sections: dict[Phase, Section], texts: Any) -> list[int]:
    """Counts every text in its section, with what it misses; gives the row numbers of those that are shown."""
    shown = []
    for number, phase, *lacks in texts.values_list("pk", "phase", *(f"lacks_{rule.key}" for rule in PRESSING_GAPS)):
        section = sections[Phase(phase)]
        section.count += 1
        if section.count <= MOST_OF_A_SECTION:
            shown.append(number)
        for rule, is_missing in zip(PRESSING_GAPS, lacks, strict=True):
            section.missing[rule.key] = section.missing.get(rule.key, 0) + is_missing
    return shown


def gaps_of(section: Section, organisation: int) -> list[Gap]:
    """What texts of a section miss that matters in their phase."""
    return [
        Gap(rule.label, count, list_of(organisation, phase=section.phase.value, **{f"without_{rule.key}": "1"}))
        for rule in PRESSING_GAPS
        if rule.key in MISSED[section.phase] and (count := section.missing.get(rule.key, 0))
    ]


def for_section(texts: Any, user: Viewer) -> Any:
    """What a section shows of each text: its lead, what took its place, and how many follow-ups are open."""
    counts = {f"count_{direction}": open_follow_ups(direction, user) for direction in DIRECTIONS}
    return (
        texts.seeing(user, "replaced_by")
        .saying_last_signature()
        .annotate(**counts)
        .select_related("lead_department", "replaced_by")
    )


def open_follow_ups(direction: str, user: Viewer) -> Coalesce:
    """How many open follow-ups in this direction are about a text, as far as this user sees them."""
    rows = (
        FollowUp.objects.all().visible_to(user).current().open().filter(agreement=OuterRef("pk"), direction=direction)
    )
    counted = rows.order_by().values("agreement").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def list_of(organisation: int, **asked: str) -> str:
    """The list of exactly these agreements."""
    return f"{reverse('agreements')}?{urlencode({'party': organisation, 'include_children': 1, **asked})}"
