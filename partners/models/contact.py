"""People, without an employer field: what they do stands in their positions."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Concat, Trim
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ProseField, WordField
from core.models import Whole, WholeQuerySet


def contact_name(path: str) -> Trim:
    """The name of the contact at `path` as an expression: `contact_name("contact")`."""
    return Trim(Concat(f"{path}__given_name", models.Value(" "), f"{path}__family_name"))


class ContactQuerySet(WholeQuerySet["Contact"]):
    """Words about contacts."""


ContactManager = models.Manager.from_queryset(ContactQuerySet)


class Contact(Whole):
    """A person in a public or professional role. E-mail is never required."""

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

    objects: ClassVar[ContactManager[Any]] = ContactManager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("sort_key", "pk")
        constraints = [Whole.archive_constraint("contact_archived_with_reason")]
        indexes = [models.Index(fields=["sort_key", "id"], name="contact_in_order")]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def search_sources(self) -> Iterable[str]:
        return (f"{self.given_name} {self.family_name}", f"{self.family_name} {self.given_name}")

    def sort_source(self) -> str:
        return f"{self.family_name} {self.given_name}"
