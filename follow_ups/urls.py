"""Addresses of the follow-up pages."""

from django.urls import path

from follow_ups.views.actions import (
    AssignFollowUp,
    CompleteFollowUp,
    DropFollowUp,
    FollowUpVisit,
    PostponeFollowUp,
    ReopenFollowUp,
    UpdateFollowUp,
)
from follow_ups.views.bulk import BulkChangeDetail, ChangeMany
from follow_ups.views.calendar import calendar_feed
from follow_ups.views.capture import CaptureOutcome
from follow_ups.views.details import FollowUpCreate, FollowUpEdit, follow_up_detail
from follow_ups.views.hand_over import HandOverAll
from follow_ups.views.lists import CabinetTable, FollowUpList
from follow_ups.views.review import ReviewPartner, review_queue

urlpatterns = [
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar-feed"),
    path("meetings/new/", CaptureOutcome.as_view(), name="meeting-new"),
    path("meetings/<int:pk>/outcome/", CaptureOutcome.as_view(), name="meeting-outcome"),
    path("follow-ups/", FollowUpList.as_view(), name="follow-ups"),
    path("follow-ups/export.csv", FollowUpList.as_view(rendering="csv"), name="follow-ups-export"),
    path("follow-ups/bulk/", ChangeMany.as_view(), name="bulk-change-new"),
    path("follow-ups/bulk/<int:pk>/", BulkChangeDetail.as_view(), name="bulk-change"),
    path("review/", review_queue, name="review"),
    path("review/hand-over/", HandOverAll.as_view(), name="hand-over"),
    path("review/table/", CabinetTable.as_view(), name="cabinet-table"),
    path("review/table/export.csv", CabinetTable.as_view(rendering="csv"), name="cabinet-table-export"),
    path("review/partners/<int:pk>/", ReviewPartner.as_view(), name="organisation-review"),
    path("follow-ups/new/", FollowUpCreate.as_view(), name="follow-up-new"),
    path("follow-ups/<int:pk>/", follow_up_detail, name="follow-up"),
    path("follow-ups/<int:pk>/edit/", FollowUpEdit.as_view(), name="follow-up-edit"),
    path("follow-ups/<int:pk>/update/", UpdateFollowUp.as_view(), name="follow-up-update"),
    path("follow-ups/<int:pk>/complete/", CompleteFollowUp.as_view(), name="follow-up-complete"),
    path("follow-ups/<int:pk>/postpone/", PostponeFollowUp.as_view(), name="follow-up-postpone"),
    path("follow-ups/<int:pk>/drop/", DropFollowUp.as_view(), name="follow-up-drop"),
    path("follow-ups/<int:pk>/reopen/", ReopenFollowUp.as_view(), name="follow-up-reopen"),
    path("follow-ups/<int:pk>/visit/", FollowUpVisit.as_view(), name="follow-up-visit"),
    path("follow-ups/<int:pk>/assign/", AssignFollowUp.as_view(), name="follow-up-assign"),
]
