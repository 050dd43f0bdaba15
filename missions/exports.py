"""The columns of the lists of missions and meetings, and of their CSV."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column

MISSIONS = (Column("id", _("number"), "pk"), Column("title", _("title"), "title"))
MEETINGS = (Column("id", _("number"), "pk"), Column("title", _("title"), "title"))
