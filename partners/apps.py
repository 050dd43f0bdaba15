"""Partners' start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Its name as people read it in the administration."""

    name = "partners"
    verbose_name = _("Partners")
