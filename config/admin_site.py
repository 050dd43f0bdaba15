"""The admin site in Entente's dress."""

from django.contrib.admin.apps import AdminConfig


class EntenteAdminConfig(AdminConfig):
    """Django's admin with our own site."""

    default_site = "core.admin.EntenteAdminSite"
