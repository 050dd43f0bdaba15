"""In which of four phases a text is on a day, as far as its dates say, as the database answers it.

Coarser than its stage (`step.Stage`), and a text that was terminated or replaced is in force until its recorded end.
"""

import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import UNSIGNED, AgreementStatus
from agreements.models.in_force import has_begun, lasts


class Phase(models.TextChoices):
    """What a text is to us on a day. Each text is in one of them."""

    IN_FORCE = "in_force", _("in force")
    AWAITING = "awaiting", _("signed, not known to be in effect")
    PREPARED = "prepared", _("being prepared")
    PAST = "past", _("ended, terminated, replaced or withdrawn")


class InForce(models.TextChoices):
    """Whether a concluded text is in force on a day."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("unknown: the day it takes effect is not recorded, or not exactly")


PREPARED = [status for status in UNSIGNED if status != AgreementStatus.WITHDRAWN]


def phase_on(on: datetime.date) -> Case:
    """The phase of a row on that day."""
    return Case(
        When(has_begun(on) & lasts(on), then=Value(Phase.IN_FORCE)),
        When(lasts(on), then=Value(Phase.AWAITING)),
        When(status__in=PREPARED, then=Value(Phase.PREPARED)),
        default=Value(Phase.PAST),
        output_field=models.CharField(),
    )


def in_force_on(on: datetime.date) -> Case:
    """Whether a concluded row is in force that day. A month or year of effect counts once it is over."""
    may_have_begun = Q(effective_on__isnull=True) | Q(effective_on__lte=on)
    return Case(
        When(has_begun(on) & lasts(on), then=Value(InForce.YES)),
        When(may_have_begun & lasts(on), then=Value(InForce.UNKNOWN)),
        default=Value(InForce.NO),
        output_field=models.CharField(),
    )


def saying_phase(rows: Any, *, on: datetime.date) -> Any:
    """Says of each row, as `phase`, in which it is on that day."""
    return rows.annotate(phase=phase_on(on))


def in_phase(rows: Any, *phases: str, on: datetime.date) -> Any:
    """Rows that are in one of these phases on that day."""
    return rows.alias(asked_phase=phase_on(on)).filter(asked_phase__in=phases)
