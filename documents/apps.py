"""Documents' start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Its name as people read it in the administration."""

    name = "documents"
    verbose_name = _("Documents and sources")
