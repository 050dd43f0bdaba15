"""Colleagues found as you type."""

from typing import Any

from accounts.models import User
from core.views import OptionsView


class ColleagueOptions(OptionsView):
    """Active colleagues who can own work."""

    model = User

    def choosable(self, rows: Any) -> Any:
        return rows.who_can_own_work().select_related("department")

    def note(self, row: Any) -> str:
        return str(row.department or "")
