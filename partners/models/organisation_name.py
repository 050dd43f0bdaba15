"""The other names of an organisation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, WordField
from core.models import Part
from partners.models.organisation import Organisation


class NameKind(models.TextChoices):
    """What sort of other name."""

    TRANSLATION = "translation", _("translation")
    ACRONYM = "acronym", _("acronym")
    ALIAS = "alias", _("also known as")
    FORMER = "former", _("former name")


class OrganisationName(Part):
    """A translation, acronym, alias or former name; search finds the organisation by it."""

    part_of = "organisation"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="names", verbose_name=_("organisation"))
    name = LineField(_("name"), max_length=300)
    kind = WordField(_("kind of name"), choices=NameKind.choices, default=NameKind.ALIAS)
    language = WordField(_("language"), choices=[*settings.LANGUAGES, ("de", "Deutsch")], blank=True, max_length=5)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "kind", "language"],
                name="organisation_name_once",
                violation_error_message=_("This name is already in the list."),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)
