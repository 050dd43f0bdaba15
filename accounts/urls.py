"""Addresses of accounts."""

from django.urls import path

from accounts.views.drafts import Drafts
from accounts.views.options import ColleagueOptions
from accounts.views.password import ChangePassword
from accounts.views.saved_views import OneView, SavedViews, forget_last_filter
from accounts.views.settings import make_calendar_link, own_settings, revoke_calendar_link

urlpatterns = [
    path("accounts/password/", ChangePassword.as_view(), name="password-change"),
    path("accounts/settings/", own_settings, name="settings"),
    path("accounts/calendar-link/", make_calendar_link, name="calendar-link"),
    path("accounts/calendar-link/revoke/", revoke_calendar_link, name="calendar-link-revoke"),
    path("views/", SavedViews.as_view(), name="saved-views"),
    path("views/<int:pk>/", OneView.as_view(), name="saved-view"),
    path("views/last/forget/", forget_last_filter, name="last-filter"),
    path("drafts/", Drafts.as_view(), name="drafts"),
    path("colleagues/options/", ColleagueOptions.as_view(), name="colleague-options"),
]
