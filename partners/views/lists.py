"""The lists of organisations and contacts: page, fragment and CSV."""

from typing import Any

from django.db.models import F, OuterRef, Prefetch, Subquery
from django.http import HttpRequest
from django.utils import timezone

from core.views import FilteredListView, add_url
from missions.models.contact_moments import last_met_on
from missions.models.last_contact import contact_due_on, with_last_contact
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
        return {
            "add_url": add_url(self.request.user, Organisation),
            "is_neglected": self._asks("neglected"),
            "is_losing_touch": self._asks("losing_touch"),
            "is_by_tier": self._asks("losing_touch") and not self.asked.form.cleaned_data["o"],
        }

    def in_own_order(self, rows: Any) -> Any:
        by_tier = self._asks("neglected") or self._asks("losing_touch")
        return rows.key_partners_first() if by_tier else super().in_own_order(rows)

    def _asks(self, name: str) -> bool:
        return not self.asked.problems and bool(self.asked.form.cleaned_data[name])

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        context = super()._context(request)
        for row in context["rows"]:
            row.contact_due_on = contact_due_on(row, row.last_contact_on)
        return context

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
    """Each contact with the day we last met, and its `posts`: those held now first, with who held them before."""
    today = timezone.localdate()
    before = Position.objects.all().visible_to(user).filter(succeeded_by=OuterRef("pk"))
    met_before = before.annotate(met=last_met_on("contact", user=user, on=today)).order_by(
        F("met").desc(nulls_last=True)
    )
    posts = Position.objects.all().visible_to(user).current_first().naming_themes().naming_predecessors()
    told = posts.annotate(predecessor_met_on=Subquery(met_before.values("met")[:1])).select_related("organisation")
    met = rows.annotate(last_met_on=last_met_on("pk", user=user, on=today))
    return met.prefetch_related(Prefetch("positions", told, to_attr="posts"))
