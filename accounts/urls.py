"""Addresses of accounts."""

from django.urls import path

from accounts.views.options import ColleagueOptions

urlpatterns = [path("colleagues/options/", ColleagueOptions.as_view(), name="colleague-options")]
