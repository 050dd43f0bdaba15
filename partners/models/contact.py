"""People, without an employer field: what they do stands in their positions."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Concat, Trim
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ProseField, WordField
from core.models import Whole, WholeQuerySet
from core.text import fold


def contact_name(path: str) -> Trim:
    """The name of the contact at `path` as an expression: `contact_name("contact")`."""
    names = f"{path}__given_name", models.Value(" "), f"{path}__family_name"
    return Trim(Concat(*names, output_field=models.CharField()))


# Forms of address that mean the same in every language; "mr." is left as it is, a lawyer's title in Dutch.
KNOWN_FORMS_OF_ADDRESS = {
    **dict.fromkeys(("dhr", "de heer", "heer", "meneer", "monsieur", "m"), _("Mr")),
    **dict.fromkeys(("mevr", "mevrouw", "mw", "mme", "madame", "mrs", "ms"), _("Ms")),
}

# What a position's status says of a post that is, or may be, still held; see PositionStatus.
NOT_ENDED = ("current", "unknown")


class ContactQuerySet(WholeQuerySet["Contact"]):
    """Words about contacts."""

    def holding(
        self,
        *,
        organisations: Collection[int] = (),
        themes: Collection[int] = (),
        countries: Collection[str] = (),
        in_post: bool = False,
    ) -> Self:
        """Holds, or held, one post that answers all that is asked: where, for which themes, in which countries."""
        asked: dict[str, Any] = {
            "positions__organisation__in": organisations,
            "positions__portfolio_themes__in": themes,
            "positions__organisation__country__in": countries,
            "positions__status__in": NOT_ENDED if in_post else (),
        }
        conditions = {path: values for path, values in asked.items() if values}
        return self.having(**conditions) if conditions else self

    def in_post(self) -> Self:
        """Holds a post that is not known to have ended."""
        return self.holding(in_post=True)

    def left(self) -> Self:
        """Every post on record has ended."""
        return self.having(positions__isnull=False).having_no(positions__status__in=NOT_ENDED)

    def without_position(self) -> Self:
        """No post on record."""
        return self.having_no(positions__isnull=False)

    def with_unsure_posts(self) -> Self:
        """Of some post it is not recorded whether it is still held."""
        return self.having(positions__status="unknown")

    def without_start_of_post(self) -> Self:
        """Of some post it is not recorded since when."""
        return self.having(positions__isnull=False, positions__held_from__isnull=True)

    def unreachable(self) -> Self:
        """No e-mail or telephone, of their own or of a post; of those who may be contacted."""
        reachable = ~models.Q(positions__email="") | ~models.Q(positions__phone="")
        own = models.Q(email="", phone="", do_not_contact=False)
        return self.filter(own).having_no(reachable, positions__isnull=False)

    def without_language(self) -> Self:
        """The language to write in is not recorded."""
        return self.filter(preferred_language="")


ContactManager = models.Manager.from_queryset(ContactQuerySet)


class Contact(Whole):
    """A person in a public or professional role. E-mail is never required."""

    is_searched = True
    named_by = ("given_name", "family_name")

    given_name = LineField(_("given name"), max_length=100, blank=True)
    family_name = LineField(_("family name"), max_length=100)
    honorific = LineField(_("title (Mr/Ms)"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = LineField(_("phone"), max_length=60, blank=True)
    mobile = LineField(_("mobile"), max_length=60, blank=True)
    private_notes = ProseField(_("private notes"), max_length=4000, blank=True)
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name=_("user of Entente"),
        help_text=_("For colleagues who also travel or attend meetings."),
    )
    preferred_language = WordField(
        _("preferred language"), choices=[*settings.LANGUAGES, ("de", "Deutsch")], blank=True, max_length=5
    )

    private_fields: ClassVar[tuple[str, ...]] = ("mobile", "private_notes")
    objects: ClassVar[ContactManager[Any]] = ContactManager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("sort_key", "pk")
        constraints = [Whole.archive_constraint("contact_archived_with_reason")]
        indexes = [models.Index(fields=["sort_key", "id"], name="contact_in_order")]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def form_of_address(self) -> str:
        """Mr or Ms in the reader's language, any other title as it was written; empty when none is recorded."""
        return str(KNOWN_FORMS_OF_ADDRESS.get(fold(self.honorific), self.honorific))

    def search_names(self) -> Iterable[str]:
        return (f"{self.given_name} {self.family_name}", f"{self.family_name} {self.given_name}")

    def sort_source(self) -> str:
        return f"{self.family_name} {self.given_name}"
