"""The columns of the lists of organisations and contacts, and of their CSV."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column

ORGANISATIONS = (Column("id", _("number"), "pk"), Column("name", _("name"), "name"))
CONTACTS = (Column("id", _("number"), "pk"), Column("family_name", _("family name"), "family_name"))
