"""The ledger of promises."""

from follow_ups.models.bulk_change import (
    BulkAction,
    BulkChange,
    BulkChangeRow,
    Plan,
    Step,
    TooMany,
    change_together,
    plan,
)
from follow_ups.models.follow_up import (
    CabinetSection,
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
from follow_ups.models.review_queue import PartnerReview

__all__ = [
    "BulkAction",
    "BulkChange",
    "BulkChangeRow",
    "CabinetSection",
    "ChangedOutsideMethods",
    "FollowUp",
    "FollowUpDirection",
    "FollowUpKind",
    "FollowUpQuerySet",
    "FollowUpStatus",
    "FollowUpUpdate",
    "PartnerReview",
    "Plan",
    "Priority",
    "Step",
    "TooMany",
    "change_together",
    "plan",
    "saying_promises",
]
