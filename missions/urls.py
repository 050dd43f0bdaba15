"""Addresses of missions, meetings and places."""

from django.urls import path

from agreements.models import AgreementDocument
from missions.models import MeetingDocument, MissionDocument
from missions.views.cockpit import (
    CloseMission,
    NewItem,
    SettleMeeting,
    meeting_move,
    mission_plan_reviews,
    mission_today,
)
from missions.views.details import meeting_detail, mission_detail
from missions.views.documents import NewDocument
from missions.views.files import meeting_file, mission_file
from missions.views.lists import MeetingList, MeetingOptions, MissionList, MissionOptions
from missions.views.places import PlaceOptions, place_detail
from missions.views.reviews import mission_reviews

urlpatterns = [
    path("missions/", MissionList.as_view(), name="missions"),
    path("missions/export.csv", MissionList.as_view(rendering="csv"), name="missions-export"),
    path("missions/options/", MissionOptions.as_view(), name="mission-options"),
    path("missions/<int:pk>/", mission_detail, name="mission"),
    path("missions/<int:pk>/today/", mission_today, name="mission-today"),
    path("missions/<int:pk>/reviews/", mission_reviews, name="mission-reviews"),
    path("missions/<int:pk>/plan-reviews/", mission_plan_reviews, name="mission-plan-reviews"),
    path("missions/<int:pk>/close/", CloseMission.as_view(), name="mission-close"),
    path("missions/<int:pk>/items/new/", NewItem.as_view(), name="mission-item-new"),
    path("missions/<int:pk>/files/<int:document>/", mission_file, name="mission-file"),
    path("missions/<int:pk>/documents/new/", NewDocument.as_view(link=MissionDocument), name="mission-document-new"),
    path("meetings/", MeetingList.as_view(), name="meetings"),
    path("meetings/export.csv", MeetingList.as_view(rendering="csv"), name="meetings-export"),
    path("meetings/options/", MeetingOptions.as_view(), name="meeting-options"),
    path("meetings/<int:pk>/", meeting_detail, name="meeting"),
    path("meetings/<int:pk>/status/", SettleMeeting.as_view(), name="meeting-status"),
    path("meetings/<int:pk>/move/", meeting_move, name="meeting-move"),
    path("meetings/<int:pk>/files/<int:document>/", meeting_file, name="meeting-file"),
    path("meetings/<int:pk>/documents/new/", NewDocument.as_view(link=MeetingDocument), name="meeting-document-new"),
    path("places/options/", PlaceOptions.as_view(), name="place-options"),
    path("places/<int:pk>/", place_detail, name="place"),
    path(
        "agreements/<int:pk>/documents/new/", NewDocument.as_view(link=AgreementDocument), name="agreement-document-new"
    ),
]
