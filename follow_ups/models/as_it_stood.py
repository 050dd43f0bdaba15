"""The ledger as it stood on a past day, from history: the answer to a question asked a year later.

The follow-ups' own fields are those of that day. Names of related records, and filters on them, are as today. Rights
are today's, always; and what was said while a follow-up was above today's reader stays unsaid.
"""

import datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from core.access import Viewer
from core.days import end_of
from core.models.levelled import readable_line
from follow_ups.models.follow_up import FollowUp, FollowUpQuerySet

HistoricalFollowUp: Any = FollowUp.history.model
COLUMNS = [field.attname for field in FollowUp._meta.concrete_fields]


class FollowUpThenQuerySet(FollowUpQuerySet):
    """Lines of history, one for each follow-up, asked in the words of follow-ups."""

    def visible_to(self, user: Viewer) -> Self:
        """Those this user may read today, as long as they might have been read on that day too."""
        return self.filter(readable_line(FollowUp, user), id__in=FollowUp.objects.all().visible_to(user).values("pk"))

    def about_themes(self, *themes: int) -> Self:
        """Had one of these themes that day."""
        return self.having(historicalfollowup_themes__theme__in=themes)


def as_it_stood(*, on: datetime.date) -> FollowUpThenQuerySet:
    """Every follow-up that was on record at the end of that day, as it was. Ask `visible_to` of it before all else."""
    midnight = end_of(on)
    newer = HistoricalFollowUp._base_manager.filter(
        Q(history_date__gt=OuterRef("history_date"))
        | Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id")),
        id=OuterRef("id"),
        history_date__lt=midnight,
    )
    lines = FollowUpThenQuerySet(HistoricalFollowUp).filter(history_date__lt=midnight)
    return lines.exclude(history_type="-").filter(~Exists(newer))


def follow_up_then(line: Any) -> FollowUp:
    """The follow-up of one line, with the records that the line brought along."""
    follow_up = FollowUp(**{name: getattr(line, name) for name in COLUMNS})
    follow_up._state.adding = False
    follow_up._state.fields_cache.update(line._state.fields_cache)
    for name, value in vars(line).items():
        if name.startswith("sees_"):
            setattr(follow_up, name, value)
    return follow_up
