"""The columns of the lists of organisations and contacts and of their CSV."""

from typing import Any

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import full_name
from core.exports import Column, Reading, words_of
from core.languages import localised
from core.partial_dates import Precision
from missions.models.contact_moments import last_met_on
from missions.models.last_contact import last_contact_on
from partners.models import Organisation, OrganisationKind, Position, Side


def country_names() -> dict[Any, str]:
    """Codes → names in the reader's language."""
    return dict(countries)


ORGANISATIONS = (
    Column("id", _("number"), "pk"),
    Column("name", _("name"), "name"),
    Column("kind", _("kind"), "kind", words_of(OrganisationKind.choices)),
    Column("side", _("side"), "side", words_of(Side.choices)),
    Column("country", _("country"), "country", country_names),
    Column("place", _("place"), lambda reading: localised("place__name")),
    Column("parent", _("parent organisation"), "parent__name"),
    Column("tier", _("tier"), "tier", words_of(Organisation._meta.get_field("tier").flatchoices)),
    Column("contact_frequency_months", _("contact frequency (months)"), "contact_frequency_months"),
    Column("relationship_manager", _("relationship manager"), lambda reading: full_name("relationship_manager")),
    Column(
        "last_contact_on",
        _("last contact, at the latest"),
        lambda reading: last_contact_on(user=reading.user, on=reading.today),
    ),
    Column("website", _("website"), "website"),
    Column("updated_at", _("last changed at"), "updated_at"),
)


def title_read() -> Combinable:
    """The title of a position in the reader's language, else as printed."""
    return Coalesce(NullIf(localised("title"), Value("")), F("title_printed"), output_field=CharField())


def present_post(reading: Reading, field: str) -> Combinable:
    """A field of the first post that is not known to have ended; the order is that of the page."""
    posts = Position.objects.all().visible_to(reading.user).not_ended().filter(contact=OuterRef("pk"))
    return Subquery(posts.current_first().annotate(title_read=title_read()).values(field)[:1])


CONTACTS = (
    Column("id", _("number"), "pk"),
    Column("family_name", _("family name"), "family_name"),
    Column("given_name", _("given name"), "given_name"),
    Column("honorific", _("title (Mr/Ms)"), "honorific"),
    Column("position", _("position"), lambda reading: present_post(reading, "title_read")),
    Column("organisation", _("organisation"), lambda reading: present_post(reading, "organisation__name")),
    Column("country", _("country"), lambda reading: present_post(reading, "organisation__country"), country_names),
    Column("since", _("held from"), lambda reading: present_post(reading, "held_from")),
    Column(
        "since_precision",
        _("start known to the"),
        lambda reading: present_post(reading, "held_from_precision"),
        words_of(Precision.choices),
    ),
    Column(
        "last_met_on",
        _("last met, at the latest"),
        lambda reading: last_met_on("pk", user=reading.user, on=reading.today),
    ),
    Column("email", _("e-mail"), "email"),
    Column("phone", _("phone"), "phone"),
    Column("preferred_language", _("preferred language"), "preferred_language"),
    Column("do_not_contact", _("do not contact"), "do_not_contact"),
    Column("updated_at", _("last changed at"), "updated_at"),
)
