"""The ledger of promises."""

from follow_ups.models.follow_up import (
    ChangedOutsideMethods,
    FollowUp,
    FollowUpDirection,
    FollowUpKind,
    FollowUpQuerySet,
    FollowUpStatus,
    Priority,
)
from follow_ups.models.follow_up_update import FollowUpUpdate

__all__ = [
    "ChangedOutsideMethods",
    "FollowUp",
    "FollowUpDirection",
    "FollowUpKind",
    "FollowUpQuerySet",
    "FollowUpStatus",
    "FollowUpUpdate",
    "Priority",
]
