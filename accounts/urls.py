"""Addresses of accounts."""

from django.urls import path

from accounts.views.drafts import Drafts
from accounts.views.options import ColleagueOptions
from accounts.views.password import ChangePassword

urlpatterns = [
    path("accounts/password/", ChangePassword.as_view(), name="password-change"),
    path("drafts/", Drafts.as_view(), name="drafts"),
    path("colleagues/options/", ColleagueOptions.as_view(), name="colleague-options"),
]
