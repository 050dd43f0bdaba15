"""The columns of the list of agreements and its CSV."""

from django.db.models import OuterRef
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from accounts.models import full_name
from agreements.models import AgreementKind, AgreementParty, AgreementStatus, Binding, Renewal, Scope
from agreements.models.party import PartyRole
from core.access import AccessLevel, Viewer
from core.exports import Column, words_of
from core.joined import joined
from core.languages import localised
from core.partial_dates import Precision


def party_names(user: Viewer) -> Combinable:
    """The names of the parties, as one text; a witness or depositary is none."""
    rows = AgreementParty.objects.all().visible_to(user).filter(agreement=OuterRef("pk"), role=PartyRole.PARTY)
    return joined(rows, "organisation__name")


AGREEMENTS = (
    Column("id", _("number"), "pk"),
    Column("title", _("title"), "title"),
    Column("official_title", _("official title"), "official_title"),
    Column("kind", _("kind"), "kind", words_of(AgreementKind.choices)),
    Column("scope", _("scope"), "scope", words_of(Scope.choices)),
    Column("binding", _("legally binding"), "binding", words_of(Binding.choices)),
    Column("status", _("status"), "status", words_of(AgreementStatus.choices)),
    Column("parties", _("parties"), lambda reading: party_names(reading.user)),
    Column("signed_on", _("signed on"), "signed_on"),
    Column("signed_on_precision", _("signature known to the"), "signed_on_precision", words_of(Precision.choices)),
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
    Column("evaluate_on", _("evaluation due"), "evaluate_on"),
    Column("lead_department", _("lead department"), lambda reading: localised("lead_department__name")),
    Column("owner", _("owner"), lambda reading: full_name("owner")),
    Column("updated_at", _("last changed at"), "updated_at"),
    Column("level", _("access level"), "level", words_of(AccessLevel.choices)),
)
