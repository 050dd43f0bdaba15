"""Addresses of the follow-up pages."""

from django.urls import path

from follow_ups.views.actions import (
    AssignFollowUp,
    CompleteFollowUp,
    DropFollowUp,
    PostponeFollowUp,
    ReopenFollowUp,
    UpdateFollowUp,
)
from follow_ups.views.calendar import calendar_feed
from follow_ups.views.capture import CaptureOutcome
from follow_ups.views.details import FollowUpCreate, FollowUpEdit, follow_up_detail
from follow_ups.views.lists import FollowUpList

urlpatterns = [
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar-feed"),
    path("meetings/new/", CaptureOutcome.as_view(), name="meeting-new"),
    path("meetings/<int:pk>/outcome/", CaptureOutcome.as_view(), name="meeting-outcome"),
    path("follow-ups/", FollowUpList.as_view(), name="follow-ups"),
    path("follow-ups/export.csv", FollowUpList.as_view(rendering="csv"), name="follow-ups-export"),
    path("follow-ups/new/", FollowUpCreate.as_view(), name="follow-up-new"),
    path("follow-ups/<int:pk>/", follow_up_detail, name="follow-up"),
    path("follow-ups/<int:pk>/edit/", FollowUpEdit.as_view(), name="follow-up-edit"),
    path("follow-ups/<int:pk>/update/", UpdateFollowUp.as_view(), name="follow-up-update"),
    path("follow-ups/<int:pk>/complete/", CompleteFollowUp.as_view(), name="follow-up-complete"),
    path("follow-ups/<int:pk>/postpone/", PostponeFollowUp.as_view(), name="follow-up-postpone"),
    path("follow-ups/<int:pk>/drop/", DropFollowUp.as_view(), name="follow-up-drop"),
    path("follow-ups/<int:pk>/reopen/", ReopenFollowUp.as_view(), name="follow-up-reopen"),
    path("follow-ups/<int:pk>/assign/", AssignFollowUp.as_view(), name="follow-up-assign"),
]
