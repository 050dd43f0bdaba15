"""Organisations and contacts found as you type."""

from typing import Any

from core.views import OptionsView
from partners.models import Contact, Organisation
from partners.views.lists import with_posts


class OrganisationOptions(OptionsView):
    """Organisations, under any of their names."""

    model = Organisation

    def note(self, row: Any) -> str:
        """The kind and the country."""
        return " · ".join(filter(None, (row.get_kind_display(), row.country.name)))


class ContactOptions(OptionsView):
    """Contacts."""

    model = Contact

    def choosable(self, rows: Any) -> Any:
        return with_posts(rows.current(), self.request.user)

    def note(self, row: Any) -> str:
        """The post held now, and where."""
        post = next((post for post in row.posts if not post.has_ended), None)
        return f"{post.title}, {post.organisation}" if post else ""
