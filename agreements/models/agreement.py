"""A text that governments or bodies agreed on, or may agree on."""

import calendar
import datetime
import functools
import operator
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, TruncDate
from django.db.models.lookups import Exact, GreaterThan
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from agreements.models.attention import reasons_to_look
from core.access import Viewer
from core.fields import LineField, ProseField, TreatyDateField, WordField
from core.models import LevelledQuerySet, LevelledWhole
from core.partial_dates import PartialDate, Precision, PrecisionField, partial_date, precision_constraint
from documents.models import Document
from partners.models import Organisation, Place, Theme


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


class Renewal(models.TextChoices):
    """What happens at the end of the term."""

    NONE = "none", _("no renewal")
    EXPLICIT = "explicit", _("explicit renewal")
    TACIT = "tacit", _("tacit renewal")
    UNKNOWN = "unknown", _("not recorded")


def _has_begun(on: datetime.date) -> Q:
    """Took effect on or before that day: of a date known to its month or year, the whole of it is over."""
    begun = Q(effective_on__lte=on, effective_on_precision=Precision.DAY)
    for precision, first, is_over in (
        (Precision.MONTH, on.replace(day=1), _is_last_of_month(on)),
        (Precision.YEAR, on.replace(month=1, day=1), (on.month, on.day) == (12, 31)),
    ):
        limit = {"effective_on__lte" if is_over else "effective_on__lt": first}
        begun |= Q(effective_on_precision=precision, **limit)
    return begun


def _is_last_of_month(day: datetime.date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _not_over(on: datetime.date) -> Q:
    """No end on or before that day follows from what is recorded."""
    no_term_to_count = Q(term_months__isnull=True) | ~Q(effective_on_precision=Precision.DAY)
    no_end = Q(ends_on__isnull=True) & (no_term_to_count | _term_passes(on))
    return Q(ends_on__gt=on) | Q(renewal=Renewal.TACIT) | no_end


def _term_passes(on: datetime.date) -> Q:
    """The first term (whole months from the day of effect, clamped to the end of a month) ends after that day."""
    ends = ExtractYear("effective_on") * 12 + ExtractMonth("effective_on") + models.F("term_months")
    this_month = on.year * 12 + on.month
    later = GreaterThan(ends, models.Value(this_month))
    if _is_last_of_month(on):  # Whatever ends in this month has ended by its last day.
        return Q(later)
    same = Exact(ends, models.Value(this_month))
    return Q(later) | Q(same) & Q(effective_on__day__gt=on.day)


class AgreementQuerySet(LevelledQuerySet["Agreement"]):
    """Words about agreements."""

    def signed(self) -> Self:
        """Signed, and not withdrawn, terminated or replaced since."""
        return self.filter(status=AgreementStatus.SIGNED)

    def running(self, *, on: datetime.date) -> Self:
        """Signed and, as far as recorded, not ended on that day; a tacit renewal carries it past its end date."""
        return self.signed().filter(_not_over(on))

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

    def signed_at(self, *places: int) -> Self:
        """Signed at one of these places (row numbers)."""
        return self.filter(signed_at_place__in=places)

    def in_force(self, *, on: datetime.date) -> Self:
        """In force on that day, as far as the dates say.

        It took effect on or before it (a month or year counts once it is over) and does not end on or before it.
        A tacit renewal carries a signed text on; of one that was terminated or replaced, an end on record says until
        when.
        """
        over = Q(status__in=(AgreementStatus.TERMINATED, AgreementStatus.REPLACED), ends_on__gt=on)
        return self.filter(_has_begun(on)).filter(Q(status=AgreementStatus.SIGNED) & _not_over(on) | over)

    def awaiting_effect(self, *, on: datetime.date) -> Self:
        """Signed, and not known to have taken effect by that day."""
        return self.signed().filter(Q(effective_on__isnull=True) | ~_has_begun(on))

    def concluded(self, *, on: datetime.date) -> Self:
        """Signed on or before that day; without a day of signature, in effect or on record by then."""
        since = Coalesce("signed_on", "effective_on", TruncDate("created_at"), output_field=models.DateField())
        return self.exclude(status__in=UNSIGNED).alias(concluded_on=since).filter(concluded_on__lte=on)

    def standing(self, *, on: datetime.date) -> Self:
        """Concluded by that day and, as far as recorded, not ended on it; whether it took effect yet is not asked."""
        ended_later = Q(status__in=(AgreementStatus.TERMINATED, AgreementStatus.REPLACED), ends_on__gt=on)
        return self.concluded(on=on).filter(Q(status=AgreementStatus.SIGNED) & _not_over(on) | ended_later)

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
        """Signed, on a day that is not recorded."""
        return self.exclude(status__in=UNSIGNED).filter(signed_on__isnull=True)

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

    def to_look_at(self, *, on: datetime.date) -> Self:
        """An evaluation, end or last day of notice is near, or nobody answers for it; each row knows which."""
        reasons = reasons_to_look(on)
        wrapped = {name: models.ExpressionWrapper(reason, models.BooleanField()) for name, reason in reasons.items()}
        return self.annotate(**wrapped).filter(functools.reduce(operator.or_, reasons.values()))

    def most_urgent_first(self) -> Self:
        """By the next evaluation or end on record, without one last."""
        first = models.functions.Least(Coalesce("evaluate_on", "ends_on"), Coalesce("ends_on", "evaluate_on"))
        return self.order_by(first.asc(nulls_last=True), "sort_key", "pk")

    def saying_running(self, *, on: datetime.date) -> Self:
        """Says of each row, as `is_running`, whether it still runs on that day."""
        return self.annotate(
            is_running=models.Exists(self.model._default_manager.all().running(on=on).filter(pk=models.OuterRef("pk")))
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
    language = LineField(_("languages of the text"), max_length=60, blank=True)

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
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="agreement_in_order"),
            models.Index(fields=["status", "sort_key", "id"], name="agreement_by_status"),
            models.Index(fields=["lead_department"], name="agreement_by_lead"),
            models.Index(fields=["evaluate_on", "id"], name="agreement_by_evaluation"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        """A family of texts has no circle. Raises ValidationError."""
        super().clean()
        seen: set[int | None] = {self.pk}
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk in seen:
                raise ValidationError({"parent": _("This would make the agreement part of itself.")})
            seen.add(ancestor.pk)
            ancestor = ancestor.parent

    def search_names(self) -> Iterable[str]:
        return (self.title, self.official_title, *self.other_titles.splitlines())

    @property
    def is_settled(self) -> bool:
        """Approved for signature, or further; withdrawn ones too."""
        return self.status not in {AgreementStatus.IDEA, AgreementStatus.NEGOTIATION}

    @property
    def signed(self) -> PartialDate | None:
        """The signing date as far as it is known."""
        return partial_date(self, "signed_on")

    @property
    def effective(self) -> PartialDate | None:
        """When it takes effect, as far as is known."""
        return partial_date(self, "effective_on")
