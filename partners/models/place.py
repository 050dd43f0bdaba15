"""Where it happens."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from core.fields import LineField
from core.models import Reference


def check_time_zone(name: str) -> None:
    """An IANA time zone ("Europe/Paris"). Raises ValidationError."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This is not a time zone; write for example Europe/Paris."), code="time_zone")


class Place(Reference):
    """A city or town, named in the reader's language (Rijsel / Lille)."""

    is_searched = True

    country = CountryField(_("country"))
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    time_zone = LineField(_("time zone"), max_length=60, blank=True, validators=[check_time_zone])

    class Meta(Reference.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_has_both_coordinates_or_none",
                violation_error_message=_("Give both latitude and longitude, or neither."),
            )
        ]
        indexes = [models.Index(fields=["country"], name="place_by_country")]
