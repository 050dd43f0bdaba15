"""Missions' start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MissionsConfig(AppConfig):
    """Its name as people read it in the administration."""

    name = "missions"
    verbose_name = _("Missions")
