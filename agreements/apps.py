"""Agreements' start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    """Its name as people read it in the administration."""

    name = "agreements"
    verbose_name = _("Agreements")
