"""What the work is about."""

from django.utils.translation import gettext_lazy as _

from core.models import Reference


class Theme(Reference):
    """A subject: digitalisation, circular economy, cross-border healthcare."""

    class Meta(Reference.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
