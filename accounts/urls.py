"""Addresses of accounts."""

from django.urls import path

from accounts.views.drafts import Drafts
from accounts.views.options import ColleagueOptions
from accounts.views.password import ChangePassword
from accounts.views.saved_views import OneView, SavedViews

urlpatterns = [
    path("accounts/password/", ChangePassword.as_view(), name="password-change"),
    path("views/", SavedViews.as_view(), name="saved-views"),
    path("views/<int:pk>/", OneView.as_view(), name="saved-view"),
    path("drafts/", Drafts.as_view(), name="drafts"),
    path("colleagues/options/", ColleagueOptions.as_view(), name="colleague-options"),
]
