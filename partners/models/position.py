"""Posts that people hold. A changed title or portfolio is a new position, never an edit of the past."""

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.fields import EventDateField, LineField, ProseField, WordField
from core.joined import joined
from core.languages import in_reader_language, language_read, localised
from core.models import Part, PartQuerySet
from core.partial_dates import PartialDate, Precision, PrecisionField, partial_date, precision_constraint
from core.text import fold
from partners.models.contact import Contact, contact_name
from partners.models.organisation import Organisation
from partners.models.theme import Theme


class PositionKind(models.TextChoices):
    """What sort of post it is."""

    HEAD_OF_GOVERNMENT = "head_of_government", _("head of government")
    MINISTER = "minister", _("minister")
    STATE_SECRETARY = "state_secretary", _("state secretary")
    REGION_PRESIDENT = "region_president", _("president of a region")
    VICE_PRESIDENT = "vice_president", _("vice-president (region)")
    MAYOR = "mayor", _("mayor")
    PREFECT = "prefect", _("prefect")
    AMBASSADOR = "ambassador", _("ambassador")
    REPRESENTATIVE = "representative", _("diplomatic representative of Flanders")
    ECONOMIC_REPRESENTATIVE = "economic_representative", _("economic representative (FIT)")
    SECRETARY_GENERAL = "secretary_general", _("secretary-general")
    CHIEF_OF_STAFF = "chief_of_staff", _("chief of staff")
    ADVISER = "adviser", _("cabinet adviser")
    CEO = "ceo", _("CEO")
    DIRECTOR = "director", _("director")
    OTHER = "other", _("other")


class PositionStatus(models.TextChoices):
    """Whether the post is still held, as far as we know."""

    CURRENT = "current", _("current")
    ENDED = "ended", _("ended")
    UNKNOWN = "unknown", _("unknown")


class PositionQuerySet(PartQuerySet["Position"]):
    """Words about positions."""

    def held_on(self, day: datetime.date) -> Self:
        """Held on that day as far as the dates say; a date that is not recorded excludes nothing."""
        ends_later = (
            Q(held_until__isnull=True)
            | Q(held_until__gte=day)
            | Q(held_until_precision=Precision.MONTH, held_until__gte=day.replace(day=1))
            | Q(held_until_precision=Precision.YEAR, held_until__gte=day.replace(month=1, day=1))
        )
        return self.filter(Q(held_from__isnull=True) | Q(held_from__lte=day), ends_later)

    def not_ended(self) -> Self:
        """Current, or not known to have ended."""
        return self.exclude(status=PositionStatus.ENDED)

    def current_first(self) -> Self:
        """Those in post, then those of whom that is not known, then those who left; the latest first."""
        standing = models.Case(
            models.When(status=PositionStatus.CURRENT, then=0),
            models.When(status=PositionStatus.UNKNOWN, then=1),
            default=2,
        )
        return self.order_by(standing, models.F("held_from").desc(nulls_last=True), "pk")

    def naming_themes(self) -> Self:
        """Says of each row, as `theme_names`, the themes of its portfolio in the reader's language."""
        return self.annotate(
            theme_names=joined(Theme.objects.filter(positions=models.OuterRef("pk")), localised("name"))
        )

    def naming_successors(self) -> Self:
        """Says of each row, as `successor_names`, who came after in the same post."""
        heirs = self.model._default_manager.filter(succeeds=models.OuterRef("pk"))
        return self.annotate(successor_names=joined(heirs, contact_name("contact")))

    def naming_predecessors(self) -> Self:
        """Says of each row, as `predecessor_names`, who held the post before."""
        before = self.model._default_manager.filter(succeeded_by=models.OuterRef("pk"))
        return self.annotate(predecessor_names=joined(before, contact_name("contact")))

    def matching(self, text: str) -> Self:
        """Every word stands in a name of the holder or of the organisation."""
        found = self
        for word in fold(text).split():
            found = found.filter(Q(contact__search_text__contains=word) | Q(organisation__search_text__contains=word))
        return found

    def with_portfolio(self, theme: Theme) -> Self:
        """Responsible for a theme."""
        return self.filter(portfolio_themes=theme)


PositionManager = models.Manager.from_queryset(PositionQuerySet)


class Position(Part):
    """Who holds which post where, from when until when, for which portfolio."""

    part_of = "contact"

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="positions", verbose_name=_("contact"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="positions", verbose_name=_("organisation")
    )
    title_nl = LineField(_("title in Dutch"), max_length=300, blank=True)
    title_fr = LineField(_("title in French"), max_length=300, blank=True)
    title_en = LineField(_("title in English"), max_length=300, blank=True)
    title_printed = LineField(_("title as printed"), max_length=300, blank=True)
    kind = WordField(_("kind of post"), choices=PositionKind.choices, blank=True)
    portfolio_themes = models.ManyToManyField(
        Theme, blank=True, related_name="positions", verbose_name=_("themes of the portfolio")
    )
    portfolio = ProseField(_("portfolio, as printed"), max_length=2000, blank=True)
    held_from = EventDateField(_("held from"), null=True, blank=True)
    held_from_precision = PrecisionField()
    held_until = EventDateField(_("held until"), null=True, blank=True)
    held_until_precision = PrecisionField()
    status = WordField(_("status"), choices=PositionStatus.choices, default=PositionStatus.UNKNOWN)
    succeeds = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="succeeded_by", verbose_name=_("succeeds")
    )
    confirmed_on = EventDateField(_("confirmed on"), null=True, blank=True)
    email = models.EmailField(_("e-mail of the post"), max_length=254, blank=True)
    phone = LineField(_("phone of the post"), max_length=60, blank=True)

    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("portfolio_themes", "succeeds")
    objects: ClassVar[PositionManager[Any]] = PositionManager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ("-held_from", "pk")
        constraints = [
            precision_constraint("held_from", "position_start_has_precision"),
            precision_constraint("held_until", "position_end_has_precision"),
            models.CheckConstraint(
                condition=Q(held_from__isnull=True)
                | Q(held_until__isnull=True)
                | Q(held_until__gte=models.F("held_from"))
                | ~Q(held_until_precision="day"),
                name="position_ends_after_it_starts",
                violation_error_message=_("A position cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(title_nl="", title_fr="", title_en="", title_printed=""),
                name="position_has_a_title",
                violation_error_message=_("Give the title in at least one language."),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status"], name="position_by_organisation"),
            models.Index(fields=["kind"], name="position_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.contact}, {self.title}"

    @property
    def has_ended(self) -> bool:
        """Whether the post is known to be left."""
        return bool(self.status == PositionStatus.ENDED)

    @property
    def title(self) -> str:
        """The title in the reader's language, else as printed."""
        return in_reader_language(self, "title") or str(self.title_printed)

    @property
    def title_language(self) -> str:
        """The language `title` is in; empty when unknown."""
        return language_read(self, "title")

    @property
    def starts(self) -> PartialDate | None:
        """When it began, as far as is known."""
        return partial_date(self, "held_from")

    @property
    def ends(self) -> PartialDate | None:
        """When it ended, as far as is known."""
        return partial_date(self, "held_until")


def with_succession(rows: PositionQuerySet, user: Viewer) -> list[Position]:
    """The positions, each with those it succeeds as `before` and those that succeed it as `after` (two queries)."""
    positions: list[Any] = list(rows)
    numbers = [one.pk for one in positions]
    seen = Position.objects.all().visible_to(user)
    pairs: Any = Position.succeeds.through._default_manager.filter(
        Q(from_position__in=numbers) | Q(to_position__in=numbers), from_position__in=seen, to_position__in=seen
    ).select_related("from_position__contact", "to_position__contact")
    links = list(pairs.order_by("pk"))
    for one in positions:
        one.before = [link.to_position for link in links if link.from_position_id == one.pk]
        one.after = [link.from_position for link in links if link.to_position_id == one.pk]
    return positions
