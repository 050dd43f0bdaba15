"""A text that governments or bodies agreed on, or may agree on."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from agreements.models.in_force import by_signatures, has_begun, lasts
from core.access import AccessLevel, Viewer
from core.fields import LineField, ProseField, TreatyDateField, WordField
from core.models import LevelledQuerySet, LevelledWhole, Whole
from core.partial_dates import PartialDate, PrecisionField, partial_date, precision_constraint
from documents.models import Document
from partners.models import Organisation, Place, Side, Theme


class AgreementKind(models.TextChoices):
    """What sort of text it is."""

    MOU = "mou", _("memorandum of understanding (MoU)")
    PACT = "pact", _("pact")
    LETTER_OF_INTENT = "letter_of_intent", _("letter of intent")
    DECLARATION_OF_INTENT = "declaration_of_intent", _("declaration of intent")
    JOINT_DECLARATION = "joint_declaration", _("joint declaration")
    COOPERATION = "cooperation_agreement", _("cooperation agreement")
    PROTOCOL = "protocol_agreement", _("protocol (of agreement)")
    CHARTER = "charter", _("charter")
    TREATY = "treaty", _("treaty")
    MIXED_TREATY = "mixed_treaty", _("mixed treaty")
    EXCHANGE_OF_LETTERS = "exchange_of_letters", _("exchange of letters")
    WORKING_PROGRAMME = "working_programme", _("working programme")
    AMENDMENT = "amendment", _("amendment")
    ANNEX = "annex", _("annex")
    OTHER = "other", _("other")


class Scope(models.TextChoices):
    """Within our own country or across a border."""

    DOMESTIC = "domestic", _("domestic")
    INTERNATIONAL = "international", _("international")


class Binding(models.TextChoices):
    """Whether it binds in law."""

    YES = "yes", _("legally binding")
    NO = "no", _("not legally binding")
    UNKNOWN = "unknown", _("not recorded")


class AgreementStatus(models.TextChoices):
    """The last step taken. Whether it is in force on a day is derived from dates, never stored."""

    IDEA = "idea", _("idea")
    NEGOTIATION = "negotiation", _("in negotiation")
    APPROVED = "approved", _("approved for signature")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TERMINATED = "terminated", _("terminated")
    REPLACED = "replaced", _("replaced")


UNSIGNED = (AgreementStatus.IDEA, AgreementStatus.NEGOTIATION, AgreementStatus.APPROVED, AgreementStatus.WITHDRAWN)


MOST_ORIGINALS = 1000


class Renewal(models.TextChoices):
    """What happens at the end of the term."""

    NONE = "none", _("no renewal")
    EXPLICIT = "explicit", _("explicit renewal")
    TACIT = "tacit", _("tacit renewal")
    UNKNOWN = "unknown", _("not recorded")


class AgreementQuerySet(LevelledQuerySet["Agreement"]):
    """Words about agreements."""

    def signed(self) -> Self:
        """Signed, and not withdrawn, terminated or replaced since."""
        return self.filter(status=AgreementStatus.SIGNED)

    def running(self, *, on: datetime.date) -> Self:
        """Signed and, as far as recorded, not ended on that day; a tacit renewal carries it past its end date.

        One that was terminated or replaced runs until the end on record.
        """
        return self.filter(lasts(on))

    def ready_to_sign(self) -> Self:
        """In negotiation or approved for signature."""
        return self.filter(status__in=[AgreementStatus.NEGOTIATION, AgreementStatus.APPROVED])

    def signed_by(self, *contacts: int) -> Self:
        """Bears the signature of one of these people (row numbers)."""
        return self.having(signatures__contact__in=contacts)

    def with_party(self, *organisations: int, include_children: bool = False) -> Self:
        """Has one of these organisations (row numbers) as a party, or one that hangs below them when asked.

        A witness or depositary is no party.
        """
        family: Any = organisations
        if include_children:
            family = Organisation.objects.all().with_descendants(*organisations).values("pk")
        return self.having(parties__organisation__in=family, parties__role="party")

    def in_country(self, *countries: str) -> Self:
        """Has a party in one of these countries (ISO codes)."""
        return self.having(parties__organisation__country__in=countries, parties__role="party")

    def saying_country(self) -> Self:
        """Says of each row, as `first_country` and `last_country`, where its parties are, our own bodies aside.

        Both are the same ISO code when there is one country, and None when none is recorded.
        """
        found = self.model._base_manager.filter(
            pk=models.OuterRef("pk"),
            parties__role="party",
            parties__organisation__side__in=(Side.PARTNER, Side.THIRD),
            parties__organisation__country__gt="",
        )
        per_row = found.order_by().values("pk")
        return self.annotate(
            **{
                name: models.Subquery(per_row.annotate(one=aggregate("parties__organisation__country")).values("one"))
                for name, aggregate in (("first_country", models.Min), ("last_country", models.Max))
            }
        )

    def signed_at(self, *places: int) -> Self:
        """Signed at one of these places (row numbers)."""
        return self.filter(signed_at_place__in=places)

    def in_force(self, *, on: datetime.date) -> Self:
        """In force on that day, as far as the dates say.

        It took effect on or before it (a month or year counts once it is over) and does not end on or before it.
        A tacit renewal carries a signed text on; of one that was terminated or replaced, an end on record says until
        when.
        """
        return self.filter(has_begun(on) & lasts(on))

    def awaiting_effect(self, *, on: datetime.date) -> Self:
        """Signed, and not known to have taken effect by that day."""
        return self.signed().filter(Q(effective_on__isnull=True) | ~has_begun(on))

    def concluded(self, *, on: datetime.date) -> Self:
        """Signed on or before that day; without a day of signature, in effect or on record by then."""
        last_signature = by_signatures(self.model, "signed_on")
        since = Coalesce(
            "signed_on", last_signature, "effective_on", TruncDate("created_at"), output_field=models.DateField()
        )
        return self.exclude(status__in=UNSIGNED).alias(concluded_on=since).filter(concluded_on__lte=on)

    def standing(self, *, on: datetime.date) -> Self:
        """Concluded by that day and, as far as recorded, not ended on it; whether it took effect yet is not asked."""
        return self.concluded(on=on).filter(lasts(on))

    def on_register(self) -> Self:
        """Public, concluded and in use: what a public register may say; what they refer to is asked the same."""
        return self.current().filter(level=AccessLevel.PUBLIC).exclude(status__in=UNSIGNED)

    def to_evaluate(self, *, until: datetime.date) -> Self:
        """The evaluation is due on that day or before."""
        return self.filter(evaluate_on__lte=until)

    def without_lead(self) -> Self:
        """Nobody in-house answers for it."""
        return self.filter(lead_department__isnull=True)

    def without_evaluation(self) -> Self:
        """No evaluation date."""
        return self.filter(evaluate_on__isnull=True)

    def without_text(self, *, user: Viewer) -> Self:
        """The text itself is not among the documents that this user may read."""
        readable = Document.objects.all().visible_to(user).values("pk")
        return self.having_no(documents__role="text", documents__document__in=readable)

    def without_official_title(self) -> Self:
        """Known by a working title only."""
        return self.filter(official_title="")

    def without_signing_day(self) -> Self:
        """Signed, on a day that neither the text nor its signatures tell."""
        unknown = self.exclude(status__in=UNSIGNED).filter(signed_on__isnull=True)
        return unknown.alias(last_signature=by_signatures(self.model, "signed_on")).filter(last_signature__isnull=True)

    def saying_last_signature(self) -> Self:
        """Says of each row the day on which the last party signed, and how exactly it is known; `signed` reads it."""
        return self.annotate(
            last_signed_on=by_signatures(self.model, "signed_on"),
            last_signed_on_precision=by_signatures(self.model, "signed_on_precision"),
        )

    def without_effective_date(self) -> Self:
        """Signed, and nobody wrote down when it takes effect."""
        return self.signed().filter(effective_on__isnull=True)

    def without_end(self) -> Self:
        """Signed, with neither an end, nor a duration, nor "indefinite" on record."""
        return self.signed().filter(ends_on__isnull=True, term_months__isnull=True, is_indefinite=False)

    def without_parties(self) -> Self:
        """Nobody is recorded as a party."""
        return self.having_no(parties__isnull=False)

    def without_signatures(self) -> Self:
        """Signed, and nobody is recorded as having signed."""
        return self.exclude(status__in=UNSIGNED).having_no(signatures__isnull=False)

    def with_bare_signatures(self) -> Self:
        """Somebody signed in a capacity that is not recorded."""
        return self.having(signatures__isnull=False, signatures__capacity="", signatures__position__isnull=True)

    def most_urgent_first(self) -> Self:
        """By the next evaluation or end on record, without one last."""
        first = models.functions.Least(Coalesce("evaluate_on", "ends_on"), Coalesce("ends_on", "evaluate_on"))
        return self.order_by(first.asc(nulls_last=True), "sort_key", "pk")

    def saying_running(self, *, on: datetime.date) -> Self:
        """Says of each row, as `is_running`, whether it still runs on that day."""
        return self.annotate(
            is_running=models.Exists(self.model._default_manager.all().running(on=on).filter(pk=models.OuterRef("pk")))
        )


class ChangedWithoutStep(ValidationError):
    """The status of an existing agreement was set without a step; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            _("The status of an agreement changes by a step of its life cycle, which keeps who decided what and why."),
            code="changed_without_step",
        )


AgreementManager = models.Manager.from_queryset(AgreementQuerySet)


class Agreement(LevelledWhole):
    """An MoU, pact, declaration or treaty. Signing it is not owning it: lead department and signatures are apart."""

    is_searched = True
    title = LineField(_("title"), max_length=800)
    official_title = LineField(_("official title"), max_length=1000, blank=True)
    other_titles = ProseField(
        _("other titles"), max_length=2000, blank=True, help_text=_("One per line: translations and working titles.")
    )
    kind = WordField(_("kind"), choices=AgreementKind.choices, blank=True)
    scope = WordField(_("scope"), choices=Scope.choices, blank=True)
    binding = WordField(_("legally binding"), choices=Binding.choices, default=Binding.UNKNOWN)
    status = WordField(_("status"), choices=AgreementStatus.choices, default=AgreementStatus.IDEA)
    objective = ProseField(_("objective"), max_length=4000, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="agreements", verbose_name=_("themes"))
    lead_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("lead department")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("owner"),
    )
    signed_on = TreatyDateField(_("signed on"), null=True, blank=True)
    signed_on_precision = PrecisionField()
    signed_at_place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("place of signature")
    )
    signed_at_event = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements_signed_there",
        verbose_name=_("in the margin of"),
    )
    effective_on = TreatyDateField(_("takes effect on"), null=True, blank=True)
    effective_on_precision = PrecisionField()
    term_months = models.PositiveSmallIntegerField(
        _("duration (months)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1200)]
    )
    ends_on = TreatyDateField(
        _("end date"), null=True, blank=True, help_text=_("The first day on which the text no longer holds.")
    )
    is_indefinite = models.BooleanField(_("indefinite duration"), default=False)
    renewal = WordField(_("renewal"), choices=Renewal.choices, default=Renewal.UNKNOWN)
    renewal_months = models.PositiveSmallIntegerField(
        _("renewed by (months)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1200)]
    )
    notice_months = models.PositiveSmallIntegerField(
        _("notice period (months)"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    evaluate_on = TreatyDateField(_("evaluation due"), null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
        help_text=_("For an amendment, annex or working programme: the text it belongs to."),
    )
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )
    language = LineField(_("languages of the text"), max_length=60, blank=True)
    originals = models.PositiveSmallIntegerField(
        _("number of originals"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_ORIGINALS)],
    )

    naming_fields: ClassVar[tuple[str, ...]] = ("created_by", "named", "owner")
    level_parents: ClassVar[tuple[str, ...]] = ("parent",)
    _history_m2m_fields: ClassVar[tuple[str, ...]] = ("named", "themes")
    objects: ClassVar[AgreementManager[Any]] = AgreementManager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ("sort_key", "pk")
        constraints = [
            LevelledWhole.archive_constraint("agreement_archived_with_reason"),
            precision_constraint("signed_on", "agreement_signature_date_has_precision"),
            precision_constraint("effective_on", "agreement_effect_date_has_precision"),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="agreement_is_not_its_own_parent",
                violation_error_message=_("An agreement cannot belong to itself."),
            ),
            models.CheckConstraint(
                condition=~Q(replaced_by=models.F("id")),
                name="agreement_does_not_replace_itself",
                violation_error_message=_("An agreement cannot take its own place."),
            ),
            models.CheckConstraint(
                condition=Q(is_indefinite=False) | Q(ends_on__isnull=True, term_months__isnull=True),
                name="agreement_of_indefinite_duration_has_no_end",
                violation_error_message=_("An agreement of indefinite duration has no end date or duration."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(effective_on__isnull=True)
                | Q(ends_on__gt=models.F("effective_on")),
                name="agreement_ends_after_it_takes_effect",
                violation_error_message=_("The end date comes after the day on which the text takes effect."),
            ),
            models.CheckConstraint(
                condition=Q(term_months__isnull=True) | Q(term_months__range=(1, 1200)),
                name="agreement_term_is_1_to_1200_months",
                violation_error_message=_("Use 1 to 1200 months."),
            ),
            models.CheckConstraint(
                condition=Q(renewal_months__isnull=True) | Q(renewal_months__range=(1, 1200)),
                name="agreement_renewal_is_1_to_1200_months",
                violation_error_message=_("Use 1 to 1200 months."),
            ),
            models.CheckConstraint(
                condition=Q(notice_months__isnull=True) | Q(notice_months__range=(0, 120)),
                name="agreement_notice_is_at_most_120_months",
                violation_error_message=_("Use at most 120 months."),
            ),
            models.CheckConstraint(
                condition=Q(originals__isnull=True) | Q(originals__range=(1, MOST_ORIGINALS)),
                name="agreement_has_1_to_1000_originals",
                violation_error_message=_("Use 1 to 1000 originals."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="agreement_in_order"),
            models.Index(fields=["status", "sort_key", "id"], name="agreement_by_status"),
            models.Index(fields=["lead_department"], name="agreement_by_lead"),
            models.Index(fields=["evaluate_on", "id"], name="agreement_by_evaluation"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def check_against(self, stored: Whole) -> None:
        """Refuses a status that no step led to. Raises ChangedWithoutStep."""
        if self.status != cast(Agreement, stored).status and not getattr(self, "_stepping", False):
            raise ChangedWithoutStep

    def clean(self) -> None:
        """Neither a family of texts nor a row of successors has a circle. Raises ValidationError."""
        super().clean()
        if self._leads_back("parent"):
            raise ValidationError({"parent": _("This would make the agreement part of itself.")})
        if self._leads_back("replaced_by"):
            raise ValidationError({"replaced_by": _("This would make the agreement its own successor.")})

    def _leads_back(self, name: str) -> bool:
        seen: set[int | None] = {self.pk}
        following = getattr(self, name)
        while following is not None:
            if following.pk in seen:
                return True
            seen.add(following.pk)
            following = getattr(following, name)
        return False

    def search_names(self) -> Iterable[str]:
        return (self.title, self.official_title, *self.other_titles.splitlines())

    @property
    def is_settled(self) -> bool:
        """Approved for signature, or further; withdrawn ones too."""
        return self.status not in {AgreementStatus.IDEA, AgreementStatus.NEGOTIATION}

    @property
    def is_concluded(self) -> bool:
        """Signed, or further."""
        return self.status not in UNSIGNED

    @property
    def signed(self) -> PartialDate | None:
        """The signing date as far as it is known; without an own one the last signature's, where the row says it."""
        own = partial_date(self, "signed_on")
        return partial_date(self, "last_signed_on") if own is None and hasattr(self, "last_signed_on") else own

    @property
    def effective(self) -> PartialDate | None:
        """When it takes effect, as far as is known."""
        return partial_date(self, "effective_on")
