"""Addresses of dashboard."""

from django.urls import path

from dashboard.views.home import home
from dashboard.views.search import search_options, search_page

urlpatterns = [
    path("", home, name="home"),
    path("search/", search_page, name="search"),
    path("search/options/", search_options, name="search-options"),
]
