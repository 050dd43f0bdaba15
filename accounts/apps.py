"""Accounts' start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Its name as people read it in the administration."""

    name = "accounts"
    verbose_name = _("Users and departments")
