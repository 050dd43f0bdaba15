"""Partners: organisations, people and their positions, themes and places."""

from partners.models.contact import Contact, ContactQuerySet, contact_name
from partners.models.countries import countries_on_record
from partners.models.gaps import CONTACT_GAPS, ORGANISATION_GAPS
from partners.models.organisation import (
    Organisation,
    OrganisationKind,
    OrganisationQuerySet,
    Side,
)
from partners.models.organisation_link import OrganisationLink
from partners.models.organisation_name import OrganisationName
from partners.models.place import Place
from partners.models.position import Position, PositionQuerySet, PositionStatus, with_succession
from partners.models.theme import Theme

__all__ = [
    "CONTACT_GAPS",
    "ORGANISATION_GAPS",
    "Contact",
    "ContactQuerySet",
    "Organisation",
    "OrganisationKind",
    "OrganisationLink",
    "OrganisationName",
    "OrganisationQuerySet",
    "Place",
    "Position",
    "PositionQuerySet",
    "PositionStatus",
    "Side",
    "Theme",
    "contact_name",
    "countries_on_record",
    "with_succession",
]
