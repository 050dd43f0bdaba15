"""The ledger's start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowUpsConfig(AppConfig):
    """Its name as people read it in the administration."""

    name = "follow_ups"
    verbose_name = _("Follow-ups")
