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
from follow_ups.models.promises import saying_promises

__all__ = [
    "ChangedOutsideMethods",
    "FollowUp",
    "FollowUpDirection",
    "FollowUpKind",
    "FollowUpQuerySet",
    "FollowUpStatus",
    "FollowUpUpdate",
    "Priority",
    "saying_promises",
]
