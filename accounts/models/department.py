"""Who does the work in-house."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.fields import LineField
from core.models import Reference


class Department(Reference):
    """A department, agency or cabinet that can own a follow-up or lead an agreement."""

    abbreviation = LineField(_("abbreviation"), max_length=30, blank=True)

    class Meta(Reference.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def search_names(self) -> Iterable[str]:
        return (*super().search_names(), self.abbreviation)
