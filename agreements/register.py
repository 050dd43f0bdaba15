"""The columns of the public register of agreements, each with what it means: the data dictionary.

The file says the same whoever takes it, in whatever language: a name that is kept in three languages has a column for
each, words are stored words whose meaning the dictionary gives. A reference to a text that is not on the register is as
if absent, and so is a document or person that is not public.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agreements.exports import signed
from agreements.models import (
    Agreement,
    AgreementDocument,
    AgreementKind,
    AgreementParty,
    AgreementStatus,
    Binding,
    Renewal,
    Scope,
    Signature,
)
from agreements.models.party import PartyRole
from agreements.models.phase import InForce, in_force_on
from core.access import AccessLevel
from core.data_dictionary import ColumnType, DescribedColumn
from core.exports import Reading, words_of
from core.joined import APART, joined
from core.partial_dates import Precision
from partners.models import Theme

LANGUAGES = {"nl": _("in Dutch"), "fr": _("in French"), "en": _("in English")}
CONCLUDED = [
    (status.value, status.label)
    for status in (AgreementStatus.SIGNED, AgreementStatus.TERMINATED, AgreementStatus.REPLACED)
]


def parties(reading: Reading) -> Combinable:
    """The bodies that are bound; a witness or depositary is none."""
    rows = AgreementParty.objects.all().visible_to(reading.user).filter(agreement=OuterRef("pk"), role=PartyRole.PARTY)
    return joined(rows, "organisation__name", between=APART)


def documents(reading: Reading) -> Combinable:
    """Where its public documents are published."""
    public = Q(document__level=AccessLevel.PUBLIC, document__archived_at__isnull=True, document__link__gt="")
    rows = AgreementDocument.objects.all().visible_to(reading.user).filter(public, agreement=OuterRef("pk"))
    return joined(rows, "document__link", between=APART)


def signatories(reading: Reading) -> Combinable:
    """People who signed, with the capacity in which they did; who signed in one that is not recorded is not named."""
    said = [NullIf(F(path), Value("")) for path in ("capacity", *(f"position__title_{code}" for code in LANGUAGES))]
    capacity = Coalesce(*said, NullIf(F("position__title_printed"), Value("")), output_field=CharField())
    rows = Signature.objects.all().visible_to(reading.user).filter(agreement=OuterRef("pk"))
    name = Trim(Concat("contact__given_name", Value(" "), "contact__family_name", output_field=CharField()))
    words = Concat(name, Value(" ("), F("_capacity"), Value(")"), output_field=CharField())
    return joined(rows.alias(_capacity=capacity).filter(_capacity__isnull=False), words, between=APART)


def other_text(reading: Reading, name: str) -> Combinable:
    """The number of a text that this one points at, when it is on the register too."""
    return Subquery(
        Agreement.objects.all().visible_to(reading.user).on_register().filter(pk=OuterRef(name)).values("pk")
    )


def heading_in(heading: str | Promise, code: str) -> Promise:
    """ "lead department, in Dutch", in the language of whoever reads it."""
    return format_lazy("{}, {}", heading, LANGUAGES[code])


Stored = str | Callable[[Reading], Combinable]  # What `Column.value` takes.


def _day(
    key: str,
    headings: tuple[str | Promise, str | Promise],
    values: tuple[Stored, Stored],
    description: str | Promise,
) -> Any:
    """A date that may be known to the month or year only, and the column that says so."""
    said = f"{key}_precision"
    day = DescribedColumn(key, headings[0], values[0], type=ColumnType.DAY, description=description, brings=said)
    words = words_of(Precision.choices)
    return day, DescribedColumn(
        said,
        headings[1],
        values[1],
        words,
        type=ColumnType.WORD,
        description=_("How exactly the date is known: of a month or a year the date gives the first day."),
    )


def _in_each_language(key: str, heading: str | Promise, path: str, description: str | Promise) -> Any:
    """A name that is kept in three languages."""
    for code in LANGUAGES:
        yield DescribedColumn(
            f"{key}_{code}", heading_in(heading, code), f"{path}_{code}", description=description, is_usual=code == "nl"
        )


def themes_in(code: str) -> Callable[[Reading], Combinable]:
    """What it is about, in one language; a theme without a name in it is left out."""

    def themes(reading: Reading) -> Combinable:
        named = Theme.objects.all().visible_to(reading.user).filter(**{f"name_{code}__gt": ""})
        return joined(named.filter(agreements=OuterRef("pk")), f"name_{code}", between=APART)

    return themes


def _themes() -> Any:
    for code in LANGUAGES:
        yield DescribedColumn(
            f"themes_{code}",
            heading_in(_("themes"), code),
            themes_in(code),
            is_list=True,
            type=ColumnType.TEXTS,
            description=_("What it is about."),
            is_usual=code == "nl",
        )


REGISTER: tuple[DescribedColumn, ...] = (
    DescribedColumn(
        "id",
        _("number"),
        "pk",
        type=ColumnType.NUMBER,
        description=_("The number of the text here; it stays the same from one export to the next."),
    ),
    DescribedColumn("title", _("title"), "title", description=_("The title it is known by.")),
    DescribedColumn(
        "official_title",
        _("official title"),
        "official_title",
        description=_("The title as printed on the text."),
    ),
    DescribedColumn(
        "kind",
        _("kind"),
        "kind",
        words_of(AgreementKind.choices),
        type=ColumnType.WORD,
        description=_("What sort of text it is."),
    ),
    DescribedColumn(
        "scope",
        _("scope"),
        "scope",
        words_of(Scope.choices),
        type=ColumnType.WORD,
        description=_("Within our own country or across a border."),
        is_usual=False,
    ),
    DescribedColumn(
        "binding",
        _("legally binding"),
        "binding",
        words_of(Binding.choices),
        type=ColumnType.WORD,
        description=_("Whether it binds in law."),
    ),
    DescribedColumn(
        "status",
        _("status"),
        "status",
        words_of(CONCLUDED),
        type=ColumnType.WORD,
        description=_("The last step taken. What is being prepared or was withdrawn is not on the register."),
    ),
    DescribedColumn(
        "in_force",
        _("in force"),
        lambda reading: in_force_on(reading.today),
        words_of(InForce.choices),
        type=ColumnType.WORD,
        description=_("On the day of the export, as far as the dates say; a tacit renewal carries a text on."),
    ),
    DescribedColumn(
        "parties",
        _("parties"),
        parties,
        is_list=True,
        type=ColumnType.TEXTS,
        description=_("The bodies that are bound, by the name on record; witnesses and depositaries are left out."),
    ),
    *_in_each_language(
        "lead_department", _("lead department"), "lead_department__name", _("Who looks after the text at our side.")
    ),
    *_themes(),
    DescribedColumn("objective", _("objective"), "objective", description=_("What it is for."), is_usual=False),
    *_day(
        "signed_on",
        (_("signed on"), _("signature known to the")),
        (lambda reading: signed("signed_on"), lambda reading: signed("signed_on_precision")),
        _("The day of signature; where every party signed on a day of its own, the last of them."),
    ),
    *_in_each_language("place", _("place of signature"), "signed_at_place__name", _("The town where it was signed.")),
    DescribedColumn(
        "place_country",
        _("country of signature"),
        "signed_at_place__country",
        description=_("The country where it was signed, as a code of ISO 3166-1."),
        is_usual=False,
    ),
    *_day(
        "effective_on",
        (_("takes effect on"), _("effect known to the")),
        ("effective_on", "effective_on_precision"),
        _("The first day on which it holds."),
    ),
    DescribedColumn(
        "term_months",
        _("duration (months)"),
        "term_months",
        type=ColumnType.NUMBER,
        description=_("How long the first term lasts."),
    ),
    DescribedColumn(
        "is_indefinite",
        _("indefinite duration"),
        "is_indefinite",
        type=ColumnType.YES_NO,
        description=_("Whether it was concluded for an indefinite time."),
    ),
    DescribedColumn(
        "ends_on",
        _("end date"),
        "ends_on",
        type=ColumnType.DAY,
        description=_("The first day on which it no longer holds, of the term on record; a tacit renewal moves it."),
    ),
    DescribedColumn(
        "renewal",
        _("renewal"),
        "renewal",
        words_of(Renewal.choices),
        type=ColumnType.WORD,
        description=_("What happens at the end of the term."),
    ),
    DescribedColumn(
        "renewal_months",
        _("renewed by (months)"),
        "renewal_months",
        type=ColumnType.NUMBER,
        description=_("By how much a renewal prolongs it."),
    ),
    DescribedColumn(
        "notice_months",
        _("notice period (months)"),
        "notice_months",
        type=ColumnType.NUMBER,
        description=_("How long before the end of a term notice is given."),
        is_usual=False,
    ),
    DescribedColumn(
        "evaluate_on",
        _("evaluation due"),
        "evaluate_on",
        type=ColumnType.DAY,
        description=_("The day by which its next evaluation is planned."),
        is_usual=False,
    ),
    DescribedColumn(
        "belongs_to",
        _("belongs to"),
        lambda reading: other_text(reading, "parent"),
        type=ColumnType.NUMBER,
        description=_("Of an amendment or annex: the number of the text it belongs to, if on the register."),
    ),
    DescribedColumn(
        "replaced_by",
        _("replaced by"),
        lambda reading: other_text(reading, "replaced_by"),
        type=ColumnType.NUMBER,
        description=_("The number of the text that took its place, if on the register."),
    ),
    DescribedColumn(
        "language",
        _("languages of the text"),
        "language",
        description=_("The languages in which the text itself was drawn up."),
        is_usual=False,
    ),
    DescribedColumn(
        "documents",
        _("documents"),
        documents,
        is_list=True,
        type=ColumnType.TEXTS,
        description=_("Where its public documents are published: web addresses."),
    ),
    DescribedColumn(
        "signatories",
        _("signatories"),
        signatories,
        is_list=True,
        type=ColumnType.TEXTS,
        description=_("Who signed, in which public capacity. Without a capacity on record nobody is named."),
        is_usual=False,
    ),
)
