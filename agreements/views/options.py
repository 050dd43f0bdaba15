"""Agreements found as you type."""

from typing import Any

from agreements.models import Agreement
from core.views import OptionsView


class AgreementOptions(OptionsView):
    """Agreements, under any of their titles."""

    model = Agreement

    def note(self, row: Any) -> str:
        """The kind and the year of signature."""
        return " · ".join(filter(None, (row.get_kind_display(), str(row.signed_on.year) if row.signed_on else "")))
