"""Addresses of the pages of organisations and contacts."""

from django.urls import path

from partners.views.agreements import organisation_agreements
from partners.views.contact import contact_detail
from partners.views.health import organisation_health
from partners.views.lists import ContactList, OrganisationList
from partners.views.options import ContactOptions, OrganisationOptions
from partners.views.organisation import organisation_detail

urlpatterns = [
    path("organisations/", OrganisationList.as_view(), name="organisations"),
    path("organisations/export.csv", OrganisationList.as_view(rendering="csv"), name="organisations-export"),
    path("organisations/options/", OrganisationOptions.as_view(), name="organisation-options"),
    path("organisations/<int:pk>/", organisation_detail, name="organisation"),
    path("organisations/<int:pk>/health/", organisation_health, name="organisation-health"),
    path("organisations/<int:pk>/agreements/", organisation_agreements, name="organisation-agreements"),
    path("contacts/", ContactList.as_view(), name="contacts"),
    path("contacts/export.csv", ContactList.as_view(rendering="csv"), name="contacts-export"),
    path("contacts/options/", ContactOptions.as_view(), name="contact-options"),
    path("contacts/<int:pk>/", contact_detail, name="contact"),
]
