"""Names kept in three languages, read in the reader's own."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

CODES = tuple(code for code, _name in settings.LANGUAGES)


def reading_order() -> tuple[str, ...]:
    """The languages to try: the reader's first, then Dutch, French, English."""
    current = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return (current, *(code for code in CODES if code != current)) if current in CODES else CODES


def in_reader_language(instance: models.Model, field: str) -> str:
    """The first of `field_nl`, `field_fr`, `field_en` that is filled in, in reading order."""
    return next((text for code in reading_order() if (text := getattr(instance, f"{field}_{code}"))), "")


def language_read(instance: models.Model, field: str) -> str:
    """The language code of what `in_reader_language` gives; for the page's `lang` attribute."""
    return next((code for code in reading_order() if getattr(instance, f"{field}_{code}")), "")


def localised(path: str) -> Coalesce:
    """The same choice as an expression: `localised("department__name")` orders and exports in the reader's language."""
    filled = [NullIf(models.F(f"{path}_{code}"), models.Value("")) for code in reading_order()]
    return Coalesce(*filled, models.Value(""), output_field=models.CharField())
