"""Bodies we work with, and our own."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from core.fields import LineField, ProseField, WordField
from core.joined import joined
from core.languages import localised
from core.models import Whole, WholeQuerySet
from core.trees import Below
from partners.models.contact import NOT_ENDED
from partners.models.place import Place
from partners.models.theme import Theme


class OrganisationKind(models.TextChoices):
    """What sort of body it is; words from the field's vocabulary."""

    OWN_GOVERNMENT = "own_government", _("our own government")
    NATIONAL_GOVERNMENT = "national_government", _("national government")
    REGION = "region", _("region")
    COMMUNITY = "community", _("community (Belgium)")
    PROVINCE = "province", _("province / département")
    MUNICIPALITY = "municipality", _("city / municipality")
    MINISTRY = "ministry", _("ministry")
    DEPARTMENT = "department", _("department (Flemish)")
    AGENCY = "agency", _("agency")
    EMBASSY = "embassy", _("embassy")
    CONSULATE = "consulate", _("consulate")
    REPRESENTATION = "representation", _("Diplomatic Representation of Flanders")
    INTERNATIONAL = "international", _("international organisation")
    PLATFORM = "consultation_platform", _("consultation platform")
    FEDERATION = "sector_federation", _("sector federation")
    EMPLOYERS = "employers_org", _("employers' organisation")
    CHAMBER = "chamber_of_commerce", _("chamber of commerce")
    CLUSTER = "cluster", _("innovation cluster")
    RESEARCH_INSTITUTE = "research_institute", _("research institute")
    RESEARCH_CENTRE = "rd_centre", _("R&D centre")
    UNIVERSITY = "university", _("university")
    COMPANY = "company", _("company")
    STARTUP = "startup", _("start-up")
    INVESTOR = "investor", _("investor")
    EVENT = "event", _("event")
    OTHER = "other", _("other")


class Side(models.TextChoices):
    """On which side of the table it sits."""

    OWN = "own", _("our own")
    PARTNER = "partner", _("partner")
    THIRD = "third", _("third party")


class OrganisationQuerySet(WholeQuerySet["Organisation"]):
    """Words about organisations."""

    def partners(self) -> Self:
        """Bodies on the other side of the table."""
        return self.filter(side=Side.PARTNER)

    def with_descendants(self, *roots: int) -> Self:
        """The organisations with these row numbers and all that hang below them, at any depth."""
        within = models.Q(pk__in=[])
        for root in roots:
            within |= models.Q(pk__in=Below(self.model, models.Value(root)))
        return self.filter(within)

    def naming_themes(self) -> Self:
        """Says of each row, as `theme_names`, its themes in the reader's language."""
        return self.annotate(
            theme_names=joined(Theme.objects.filter(organisations=models.OuterRef("pk")), localised("name"))
        )

    def based_at(self, place: int) -> Self:
        """Based at this place (row number)."""
        return self.filter(place=place)

    def key_partners_first(self) -> Self:
        """By tier, those without one last, then by name."""
        return self.order_by(models.F("tier").asc(nulls_last=True), "sort_key", "pk")

    def without_manager(self) -> Self:
        """A partner that nobody looks after."""
        return self.partners().filter(relationship_manager__isnull=True)

    def without_kind(self) -> Self:
        """What sort of body it is, is not recorded."""
        return self.filter(kind="")

    def without_country(self) -> Self:
        """The country is not recorded."""
        return self.filter(country="")

    def without_tier(self) -> Self:
        """A partner of which nobody said how much it matters."""
        return self.partners().filter(tier__isnull=True)

    def without_people(self) -> Self:
        """A partner where nobody is known to hold a post."""
        return self.partners().having_no(positions__status__in=NOT_ENDED)


OrganisationManager = models.Manager.from_queryset(OrganisationQuerySet)


class Organisation(Whole):
    """A government, region, company, federation or institute; found under any of its names."""

    is_searched = True
    indexed_with = ("names",)
    named_by = ("name",)

    name = LineField(_("name"), max_length=300)
    kind = WordField(_("kind of organisation"), choices=OrganisationKind.choices, blank=True)
    side = WordField(_("side"), choices=Side.choices, default=Side.PARTNER, max_length=10)
    country = CountryField(_("country"), blank=True)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("place")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent organisation")
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="organisations", verbose_name=_("themes"))
    tier = models.PositiveSmallIntegerField(
        _("tier"),
        null=True,
        blank=True,
        choices=[(1, _("key partner")), (2, _("regular partner")), (3, _("occasional partner"))],
    )
    contact_frequency_months = models.PositiveSmallIntegerField(
        _("contact frequency (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Empty follows the tier: 6, 12 or 24 months; 12 without a tier."),
    )
    relationship_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relationships",
        verbose_name=_("relationship manager"),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    note = ProseField(_("note"), max_length=4000, blank=True)

    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("themes",)
    objects: ClassVar[OrganisationManager[Any]] = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("sort_key", "pk")
        constraints = [
            Whole.archive_constraint("organisation_archived_with_reason"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="organisation_is_not_its_own_parent",
                violation_error_message=_("An organisation cannot be its own parent."),
            ),
            models.CheckConstraint(
                condition=models.Q(tier__isnull=True) | models.Q(tier__range=(1, 3)),
                name="organisation_tier_is_1_to_3",
                violation_error_message=_("The tier is 1, 2 or 3."),
            ),
            models.CheckConstraint(
                condition=models.Q(contact_frequency_months__isnull=True)
                | models.Q(contact_frequency_months__range=(1, 120)),
                name="organisation_frequency_is_1_to_120_months",
                violation_error_message=_("Use 1 to 120 months."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="organisation_in_order"),
            models.Index(fields=["country", "sort_key", "id"], name="organisation_by_country"),
            models.Index(fields=["side", "kind"], name="organisation_by_side_kind"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        """A chain of parents never comes back to where it began. Raises ValidationError."""
        super().clean()
        seen: set[int | None] = {self.pk}
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk in seen:
                raise ValidationError({"parent": _("This would make the organisation its own ancestor.")})
            seen.add(ancestor.pk)
            ancestor = ancestor.parent

    def search_names(self) -> Iterable[str]:
        if self._state.adding:
            return (self.name,)
        return (self.name, *(other.name for other in self.names.all()))

    def frequency_months(self) -> int:
        """How often contact is due, in months: its own figure, else that of its tier."""
        by_tier: dict[Any, int] = settings.ENTENTE_CONTACT_FREQUENCY_MONTHS
        return int(self.contact_frequency_months or by_tier[self.tier])
