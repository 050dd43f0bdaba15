"""Closing a mission: what is still undecided is left so on purpose, and it is recorded why."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import StaleVersion
from core.text import clean_line
from follow_ups.models.coverage import coverage_seen
from missions.models import Mission, MissionStatus


@transaction.atomic
def close_mission(*, mission: Mission, why: str, by: User) -> None:
    """Closed; below full coverage, as this user sees it, only with a reason.

    Give `mission` the version that the user had before their eyes. Raises ValidationError, StaleVersion.
    """
    stored = Mission._base_manager.select_for_update().get(pk=mission.pk)
    if stored.status == MissionStatus.CLOSED:
        return  # Somebody pressed twice.
    if stored.version != mission.version:
        raise StaleVersion(stored)
    if not stored.is_over:
        raise ValidationError(_("A mission is closed once it has been held."))
    check_closing(mission=stored, why=why, by=by)
    mission.status, mission.closed_why = MissionStatus.CLOSED, clean_line(why)
    mission.save(by=by, why=mission.closed_why, update_fields={"status", "closed_why"})


def check_closing(*, mission: Mission, why: str, by: User) -> None:
    """Refuses to close a mission with undecided meetings, as this user sees them, without a reason.

    Raises ValidationError, for the field `closed_why`.
    """
    if clean_line(why) or coverage_seen(mission, by).is_full:
        return
    words = _("Of some meetings it is not decided whether something follows: say why it is closed as it is.")
    raise ValidationError({"closed_why": words}, code="required")
