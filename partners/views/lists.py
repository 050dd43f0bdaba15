"""The lists of organisations and contacts: page, fragment and CSV."""

from typing import Any

from django.db.models import Prefetch

from core.views import FilteredListView, add_url
from missions.models.last_contact import with_last_contact
from partners.exports import CONTACTS, ORGANISATIONS
from partners.filters import ContactFilters, OrganisationFilters
from partners.models import Contact, Organisation, Position


class OrganisationList(FilteredListView):
    """Every organisation, by name."""

    model = Organisation
    noun = "organisations"
    filters = OrganisationFilters
    columns = ORGANISATIONS
    page_template = "partners/organisation_list.html"
    table_template = "partners/_organisation_table.html"

    def extra_context(self) -> dict[str, Any]:
        return {"add_url": add_url(self.request.user, Organisation)}

    def for_page(self, rows: Any) -> Any:
        joined = rows.select_related("place", "parent", "relationship_manager")
        return with_last_contact(joined, user=self.request.user, on=self.asked.today)


class ContactList(FilteredListView):
    """Every contact, by family name."""

    model = Contact
    noun = "contacts"
    filters = ContactFilters
    columns = CONTACTS
    page_template = "partners/contact_list.html"
    table_template = "partners/_contact_table.html"

    def extra_context(self) -> dict[str, Any]:
        return {"add_url": add_url(self.request.user, Contact)}

    def for_page(self, rows: Any) -> Any:
        return with_posts(rows, self.request.user)


def with_posts(rows: Any, user: Any) -> Any:
    """Each contact with its `posts`: those held now first."""
    posts = Position.objects.all().visible_to(user).current_first().select_related("organisation")
    return rows.prefetch_related(Prefetch("positions", posts, to_attr="posts"))
