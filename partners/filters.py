"""The filters of the lists of organisations and contacts: a contract with scripts and bookmarks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.filters import Country, Filters, Flag, Records, Words, pks
from missions.models.last_contact import losing_touch, neglected
from partners.models import Contact, Organisation, OrganisationKind, Side, Theme, countries_on_record


class OrganisationFilters(Filters):
    """What organisations are asked by."""

    orderings = {
        "name": ("sort_key",),
        "kind": ("kind", "sort_key"),
        "side": ("side", "sort_key"),
        "parent": ("parent__sort_key", "sort_key"),
        "tier": ("tier", "sort_key"),
        "relationship_manager": ("relationship_manager__last_name", "relationship_manager__first_name", "sort_key"),
        "updated": ("updated_at",),
    }

    neglected = Flag(
        _("Neglected"),
        lambda rows, on, filters: rows.filter(pk__in=neglected(user=filters.user, on=filters.today).values("pk")),
    )
    losing_touch = Flag(
        _("Losing touch"),
        lambda rows, on, filters: rows.filter(pk__in=losing_touch(user=filters.user, on=filters.today).values("pk")),
    )
    without_manager = Flag(_("Without relationship manager"), lambda rows, on, filters: rows.without_manager())
    side = Words(_("Side"), lambda rows, words, filters: rows.filter(side__in=words), choices=Side.choices)
    tier = Words(
        _("Tier"),
        lambda rows, words, filters: rows.filter(tier__in=words),
        choices=[(str(tier), label) for tier, label in Organisation._meta.get_field("tier").flatchoices],
    )
    kind = Words(_("Kind"), lambda rows, words, filters: rows.filter(kind__in=words), choices=OrganisationKind.choices)
    country = Country(lambda rows, codes, filters: rows.filter(country__in=codes), countries_on_record)
    theme = Records(
        _("Theme"),
        lambda rows, themes, filters: rows.having(themes__in=pks(themes)),
        rows=lambda user: Theme.objects.all().visible_to(user),
    )
    parent = Records(
        _("Parent organisation"),
        lambda rows, parents, filters: rows.filter(parent__in=pks(parents)),
        rows=lambda user: Organisation.objects.all().visible_to(user),
        url_name="organisation-options",
    )
    relationship_manager = Records(
        _("Relationship manager"),
        lambda rows, managers, filters: rows.filter(relationship_manager__in=pks(managers)),
        rows=lambda user: User.objects.all().visible_to(user),
        url_name="colleague-options",
    )

    class Meta:
        model = Organisation
        fields: list[str] = []


def together(rows: Any, value: Any, filters: Filters) -> Any:
    """Asked of one and the same post, with the other questions about posts; see `ContactFilters.filter_queryset`."""
    return rows


class ContactFilters(Filters):
    """What contacts are asked by."""

    orderings = {"name": ("sort_key",), "updated": ("updated_at",)}

    in_post = Flag(_("In post"), together)
    left = Flag(_("Left every post"), lambda rows, on, filters: rows.left())
    organisation = Records(
        _("Organisation"),
        together,
        rows=lambda user: Organisation.objects.all().visible_to(user),
        url_name="organisation-options",
    )
    country = Country(together, countries_on_record)
    theme = Records(_("Portfolio"), together, rows=lambda user: Theme.objects.all().visible_to(user))

    class Meta:
        model = Contact
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        """As the filters say; place, portfolio and being in post must hold of one and the same post."""
        asked = self.form.cleaned_data
        return (
            super()
            .filter_queryset(queryset)
            .holding(
                organisations=pks(asked["organisation"] or []),
                themes=pks(asked["theme"] or []),
                countries=asked["country"] or [],
                in_post=asked["in_post"],
            )
        )
