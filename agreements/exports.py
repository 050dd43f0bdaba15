"""The columns of the list of agreements and its CSV."""

from typing import Any

from django.db.models import Case, Count, F, OuterRef, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import full_name
from agreements.models import Agreement, AgreementKind, AgreementParty, AgreementStatus, Binding, Renewal, Scope
from agreements.models.in_force import by_signatures
from agreements.models.party import PartyRole
from core.access import AccessLevel, Viewer
from core.exports import Column, words_of
from core.joined import joined
from core.languages import localised
from core.partial_dates import Precision
from follow_ups.models.performance import Performance, performance_of


def party_names(user: Viewer, most: int | None = None) -> Combinable:
    """The names of the parties, or of so many of them, as one text; a witness or depositary is none."""
    rows = _parties(user).filter(agreement=OuterRef("pk"))
    if most is not None:
        first = AgreementParty.objects.filter(agreement=OuterRef("agreement"), role=PartyRole.PARTY).order_by("pk")
        rows = rows.filter(pk__in=first.values("pk")[:most])
    return joined(rows, "organisation__name")


def party_count(user: Viewer) -> Combinable:
    """How many parties it has."""
    counted = _parties(user).filter(agreement=OuterRef("pk")).order_by().values("agreement").annotate(all=Count("pk"))
    return Coalesce(Subquery(counted.values("all")), 0)


def _parties(user: Viewer) -> Any:
    return AgreementParty.objects.all().visible_to(user).filter(role=PartyRole.PARTY)


def signed(name: str) -> Combinable:
    """The text's own day of signature, or its precision; without one, that of the last signature."""
    given = When(signed_on__isnull=False, then=F(name))
    return Case(given, default=by_signatures(Agreement, name))


AGREEMENTS = (
    Column("id", _("number"), "pk"),
    Column("title", _("title"), "title"),
    Column("official_title", _("official title"), "official_title"),
    Column("kind", _("kind"), "kind", words_of(AgreementKind.choices)),
    Column("scope", _("scope"), "scope", words_of(Scope.choices)),
    Column("binding", _("legally binding"), "binding", words_of(Binding.choices)),
    Column("status", _("status"), "status", words_of(AgreementStatus.choices)),
    Column("parties", _("parties"), lambda reading: party_names(reading.user)),
    Column("signed_on", _("signed on"), lambda reading: signed("signed_on")),
    Column(
        "signed_on_precision",
        _("signature known to the"),
        lambda reading: signed("signed_on_precision"),
        words_of(Precision.choices),
    ),
    Column("effective_on", _("takes effect on"), "effective_on"),
    Column(
        "effective_on_precision",
        _("effect known to the"),
        "effective_on_precision",
        words_of(Precision.choices),
    ),
    Column("term_months", _("duration (months)"), "term_months"),
    Column("ends_on", _("end date"), "ends_on"),
    Column("renewal", _("renewal"), "renewal", words_of(Renewal.choices)),
    Column(
        "performance",
        _("performance"),
        lambda reading: performance_of(user=reading.user, on=reading.today),
        words_of(Performance.choices),
    ),
    Column("evaluate_on", _("evaluation due"), "evaluate_on"),
    Column("lead_department", _("lead department"), lambda reading: localised("lead_department__name")),
    Column("owner", _("owner"), lambda reading: full_name("owner")),
    Column("updated_at", _("last changed at"), "updated_at"),
    Column("level", _("access level"), "level", words_of(AccessLevel.choices)),
)
