"""The columns of the list of agreements, and of its CSV."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column

AGREEMENTS = (Column("id", _("number"), "pk"), Column("title", _("title"), "title"))
